// SPDX-License-Identifier: Apache-2.0
// App - chooses what is on the screen. Everything below is drawn from the store alone.

import { useEffect, useState } from "preact/hooks";
import { alarmsOf } from "../alarms";
import { t } from "../i18n";
import { store, type State } from "../state";
import { useStore } from "../store";
import { Announcer } from "./Announcer";
import { Board } from "./Board";
import { FirstPasswordPage } from "./NewPassword";
import { SignInAgain, SignInPage } from "./SignIn";

/** Ages on the screen grow with this beat. */
const TICK_MS = 1000;

function useTick(): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
}

/** A tab in the background shows that something is wrong. */
function usePageHead(state: State, alarmCount: number): void {
  useEffect(() => {
    document.documentElement.lang = state.language;
    document.title = (alarmCount > 0 ? `(${alarmCount}) ` : "") + t("title");
  }, [state.language, alarmCount]);
}

export function App() {
  const state = useStore(store);
  const alarms = state.stage === "board" ? alarmsOf(state) : [];
  useTick();
  usePageHead(state, alarms.length);

  if (state.stage === "signin" || !state.session) return <SignInPage />;
  if (state.stage === "password") return <FirstPasswordPage user={state.session.user} />;
  return (
    <>
      <Board state={state} session={state.session} alarms={alarms} />
      {state.expired && <SignInAgain user={state.session.user} />}
      <Announcer announcement={state.announcement} alarms={alarms} lost={state.link.kind === "lost"} />
    </>
  );
}
