// SPDX-License-Identifier: Apache-2.0

import { render } from "preact";
import { start } from "./app";
import { App } from "./components/App";
import "./style/base.css";
import "./style/controls.css";
import "./style/page.css";
import "./style/power.css";
import "./style/nodes.css";
import "./style/events.css";
import "./style/dialog.css";
import "./style/door.css";

const place = document.getElementById("app");
if (place) {
  start();
  render(<App />, place);
}
