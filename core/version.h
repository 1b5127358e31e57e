/* SPDX-License-Identifier: Apache-2.0
 * The firmware's version (semver.org), as Redfish, --version and the update service tell it. */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

#define SUPER4C_VERSION "0.1.0"
/* Raised when a firmware before this one must never run again, because of a hole in it: an update to a lower one is refused. */
#define SUPER4C_SECURITY_VERSION 1

#endif
