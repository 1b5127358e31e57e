/* SPDX-License-Identifier: Apache-2.0
 * The vocabulary of the event log: what can be said, how grave it is, and what the reader should do about it.
 * A new event is one line in the table below; its number is stored, so numbers are never reused.
 * In the words: %1 %2 %3 are the entry's integers, %t its text, %n the node. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/origin.h"

enum event_severity { EVENT_OK, EVENT_WARNING, EVENT_CRITICAL, EVENT_SEVERITY_COUNT };

/*      code  name                  severity  message  |  what to do */
#define EVENT_TABLE(X)                                                                                                           \
    X(1, CONTROLLER_STARTED, OK, "ControllerStarted", "The controller started: %t.", "None.")                                    \
    X(2, POWER_ORDERED, OK, "PowerOrdered", "Node %n: %t ordered.", "None.")                                                     \
    X(3, POWER_DONE, OK, "PowerOrderCompleted", "Node %n: %t completed; rail at %1 mV, %2 mA.", "None.")                         \
    X(4, POWER_FAILED, CRITICAL, "PowerOrderFailed", "Node %n: order failed: %t; rail at %1 mV, %2 mA.",                         \
      "Do not trust the node to be in the ordered state. Check the node and its supply at the board.")                           \
    X(5, POWER_RESUMED, WARNING, "PowerOrderResumed", "Node %n: %t is continued after a restart of the controller.", "None.")    \
    X(6, POWER_SUPERSEDED, OK, "PowerOrderSuperseded", "Node %n: %t gave way to ForceOff.", "None.")                             \
    X(7, RAIL_LOST, CRITICAL, "RailLost", "Node %n: the 5 V rail fell to %1 mV with no order given.",                            \
      "Check the channel's button, its fuse and the node for a short.")                                                          \
    X(8, RAIL_RETURNED, OK, "RailReturned", "Node %n: the 5 V rail is back at %1 mV.", "None.")                                  \
    X(9, PIN_MISMATCH, CRITICAL, "PinMismatch", "Node %n: pin %t reads %1 while %2 is driven.",                                  \
      "Check jumper J8 and the wiring of the node's power pins.")                                                                \
    X(10, INPUT_LOST, WARNING, "InputLost", "Input DC%1 was lost at %2 mV.", "Check the supply, its cable and its outlet.")      \
    X(11, INPUT_RESTORED, OK, "InputRestored", "Input DC%1 is present at %2 mV.", "None.")                                       \
    X(12, INPUT_FAILOVER, WARNING, "InputFailover", "The board changed over to DC%1; DC1 at %2 mV, DC2 at %3 mV.",               \
      "Check the supply that was left.")                                                                                         \
    X(13, REDUNDANCY_LOST, CRITICAL, "RedundancyLost", "Only one DC input carries the board.", "Restore the other supply.")      \
    X(14, REDUNDANCY_RESTORED, OK, "RedundancyRestored", "Both DC inputs are present again.", "None.")                           \
    X(15, INPUT_OUT_OF_RANGE, WARNING, "InputOutOfRange", "Input DC%1 is out of range at %2 mV.",                                \
      "Use a supply of 12 V to 20 V.")                                                                                           \
    X(16, SENSOR_LOST, CRITICAL, "SensorLost", "Power sensor %1 stopped answering: %t.",                                         \
      "Until it answers, power states of its channels are unknown. Check the I2C headers J6 and J12.")                           \
    X(17, SENSOR_RESTORED, OK, "SensorRestored", "Power sensor %1 answers again.", "None.")                                      \
    X(18, LOGIN, OK, "LoginSucceeded", "%t signed in.", "None.")                                                                 \
    X(19, LOGIN_FAILED, WARNING, "LoginFailed", "A sign-in as %t was refused.", "If this was not you, find out who it was.")     \
    X(20, ACCOUNT_LOCKED, WARNING, "AccountLocked", "Sign-in as %t is locked for %1 s after %2 wrong passwords.",                \
      "Wait, or unlock it from another administrator's account.")                                                                \
    X(21, LOGOUT, OK, "LoggedOut", "%t signed out.", "None.")                                                                    \
    X(22, SESSION_EXPIRED, OK, "SessionExpired", "A session of %t ended: idle too long.", "None.")                               \
    X(23, SESSION_EVICTED, WARNING, "SessionEvicted", "A session of %t was given up to make room.", "Sign out when done.")       \
    X(24, ACCOUNT_CREATED, OK, "AccountCreated", "Account %t was created.", "None.")                                             \
    X(25, ACCOUNT_CHANGED, OK, "AccountChanged", "Account %t was changed.", "None.")                                             \
    X(26, ACCOUNT_DELETED, OK, "AccountDeleted", "Account %t was deleted.", "None.")                                             \
    X(27, PASSWORD_CHANGED, OK, "PasswordChanged", "The password of %t was changed.", "None.")                                   \
    X(28, SETTING_CHANGED, OK, "SettingChanged", "Setting changed: %t.", "None.")                                                \
    X(29, LOG_CLEARED, WARNING, "LogCleared", "The event log was cleared; %1 entries removed.", "None.")                         \
    X(30, NODE_PANICKED, CRITICAL, "NodePanicked", "Node %n: kernel panic: %t", "Read the node's last words, then restart it.")  \
    X(31, NODE_STATE, OK, "NodeStateChanged", "Node %n is %t.", "None.")                                                         \
    X(32, LINK_DOWN, WARNING, "LinkDown", "The management network link is down.", "Check the cable and the switch.")             \
    X(33, LINK_UP, OK, "LinkUp", "The management network link is up.", "None.")                                                  \
    X(34, STORE_FAILED, CRITICAL, "StoreFailed", "The settings store refused a write: %t.",                                      \
      "Free space or replace the controller's flash; changes may not survive a power loss.")                                     \
    X(35, RECORD_DISCARDED, WARNING, "RecordDiscarded", "A stored record was unreadable and its default is used: %t.",           \
      "Check the settings.")                                                                                                     \
    X(36, SETUP_PENDING, WARNING, "SetupPending", "The board has no password yet.",                                              \
      "Sign in as admin with the setup code from the serial console and set a password.")                                        \
    X(37, LOGINS_SUPPRESSED, WARNING, "LoginFailuresSuppressed", "%1 more refused sign-ins were not logged one by one.",         \
      "Somebody is guessing passwords; find out from where.")                                                                    \
    X(38, RESTART_ORDERED, OK, "ControllerRestartOrdered", "A restart of the controller was ordered: %t.", "None.")              \
    X(40, BOOT_OVERRIDE_SPENT, OK, "BootOverrideUsed", "Node %n has started: its one-time boot override is used up.", "None.")   \
    X(41, NETWORK_REPAIR, WARNING, "NetworkRepair", "The management network has been silent for %1 s: %t.",                      \
      "None when it helps. Else check the switch.")                                                                              \
    X(42, NETWORK_REPAIRED, OK, "NetworkRepaired", "The management network is heard again after %1 s.", "None.")                 \
    X(43, NETWORK_GIVEN_UP, CRITICAL, "NetworkRepairFailed",                                                                     \
      "The management network has been silent for %1 s; %2 restarts of the controller did not help.",                            \
      "Check the switch. The controller tries again from time to time.")                                                         \
    X(50, CERTIFICATE_REQUESTED, OK, "CertificateRequested", "A certificate request for %t was made.", "None.")                  \
    X(51, CERTIFICATE_REPLACED, WARNING, "CertificateReplaced", "The HTTPS certificate is now that of %t.",                      \
      "If this was not you, find out who it was.")                                                                               \
    X(52, DEFAULTS_ORDERED, WARNING, "ResetToDefaultsOrdered", "A reset to defaults was ordered: %t.", "None.")                  \
    X(53, DEFAULTS_RESTORED, WARNING, "DefaultsRestored", "The controller was reset to defaults: %t.", "Set it up again.")       \
    X(54, FIRMWARE_REFUSED, WARNING, "FirmwareRefused", "A firmware was refused: %t.", "Get one that is signed for this board.") \
    X(55, FIRMWARE_UPLOADED, OK, "FirmwareUploaded", "Firmware %t was uploaded.", "None.")                                       \
    X(56, FIRMWARE_STAGED, OK, "FirmwareStaged", "Firmware %t is written; a restart puts it on trial.", "None.")                 \
    X(57, FIRMWARE_TRIAL, OK, "FirmwareOnTrial", "Firmware %t is on trial.", "None.")                                            \
    X(58, FIRMWARE_KEPT, OK, "FirmwareKept", "Firmware %t has proven itself.", "None.")                                          \
    X(59, FIRMWARE_ROLLED_BACK, CRITICAL, "FirmwareRolledBack", "The new firmware was given up: %t.",                            \
      "The one before runs again.")                                                                                              \
    X(60, SUBSCRIPTION_CREATED, OK, "SubscriptionCreated", "Subscription %1 was created: events go to %t.", "None.")             \
    X(61, SUBSCRIPTION_CHANGED, OK, "SubscriptionChanged", "Subscription %1 was changed.", "None.")                              \
    X(62, SUBSCRIPTION_DELETED, OK, "SubscriptionDeleted", "Subscription %1 was deleted.", "None.")                              \
    X(63, DELIVERY_FAILING, WARNING, "EventDeliveryFailing", "Events do not reach the listener of subscription %1: %t.",         \
      "Check the listener at the subscription's Destination and the network between.")                                           \
    X(64, DELIVERY_RESTORED, OK, "EventDeliveryRestored", "Events reach the listener of subscription %1 again.", "None.")        \
    X(65, SUBSCRIPTION_SUSPENDED, WARNING, "SubscriptionSuspended", "Subscription %1 is suspended: its listener failed.",        \
      "Repair the listener, then use the subscription's action ResumeSubscription.")                                             \
    X(66, SUBSCRIPTION_TERMINATED, WARNING, "SubscriptionTerminated", "Subscription %1 was removed: its listener failed.",       \
      "Repair the listener, then subscribe again.")                                                                              \
    X(67, SUBSCRIPTION_RESUMED, OK, "SubscriptionResumed", "Subscription %1 goes on.", "None.")                                  \
    X(68, EVENTS_MISSED, WARNING, "EventsMissed", "%1 entries left the log before subscription %2 could be told of them.",       \
      "Look for what the listener lacks elsewhere; the log keeps the latest 256 entries only.")                                  \
    X(69, TEST_EVENT, OK, "TestEvent", "A test event was submitted: %t.", "None.")                                               \
    X(70, POWER_NOT_OBEYED, WARNING, "GracefulOrderNotObeyed", "Node %n: %t; nothing was cut, rail at %1 mV, %2 mA.",            \
      "See to the node's own system, or use ForceOff or ForceRestart.")                                                          \
    X(71, CRASH_LOG_CLEARED, WARNING, "CrashLogCleared", "Node %n: its crash log was cleared; %1 entries removed.", "None.")     \
    X(72, DRIVE_HOT, WARNING, "DriveHot", "Node %n: its NVMe drive is at %1 degrees Celsius.", "Check heat sink and air.")       \
    X(73, DRIVE_TOO_HOT, CRITICAL, "DriveTooHot", "Node %n: its NVMe drive is at %1 degrees Celsius.",                           \
      "Check heat sink and air.")                                                                                                \
    X(74, DRIVE_COOL, OK, "DriveCool", "Node %n: its NVMe drive is back at %1 degrees Celsius.", "None.")                        \
    X(75, DRIVE_WORN, WARNING, "DriveWorn", "Node %n: its NVMe drive has used %1 percent of its endurance.",                     \
      "Plan for another drive.")                                                                                                 \
    X(76, DRIVE_NOT_WORN, OK, "DriveNotWorn", "Node %n: its NVMe drive has used %1 percent of its endurance.", "None.")          \
    X(81, RECOVERY_NEEDED, WARNING, "NodeNeedsRecovery", "Node %n needs recovery: %t.",                                          \
      "None while recovery is on for the node; otherwise restart it.")                                                           \
    X(82, RECOVERY_ASKS, WARNING, "RecoveryAsksAgent",                                                                           \
      "Node %n: recovery asks its agent to restart it, attempt %1 of this hour: %t.", "None.")                                   \
    X(83, RECOVERY_PULSES, WARNING, "RecoveryRestartsModule",                                                                    \
      "Node %n: recovery restarts the module, attempt %1 of this hour: %t.",                                                     \
      "Find out why it stopped: its last words are kept.")                                                                       \
    X(84, RECOVERY_CYCLES, WARNING, "RecoveryCyclesChannel",                                                                     \
      "Node %n: recovery cycles its 5 V channel, attempt %1 of this hour: %t.",                                                  \
      "Find out why it stopped: its last words are kept.")                                                                       \
    X(85, RECOVERY_STEP_FAILED, WARNING, "RecoveryStepFailed",                                                                   \
      "Node %n did not come up after %t; the next step follows in %1 s.", "None.")                                               \
    X(86, RECOVERY_DONE, OK, "NodeRecovered", "Node %n is back %1 s after it was found %t.", "None.")                            \
    X(87, RECOVERY_GAVE_UP, CRITICAL, "RecoveryGaveUp",                                                                          \
      "Node %n: recovery gave up after %t; one more attempt follows in %1 min.",                                                 \
      "Look at the node itself: its supply, its storage, its console.")                                                          \
    X(88, RECOVERY_WAITS, WARNING, "RecoveryWaits", "Node %n needs recovery, which waits: %t.",                                  \
      "None, or restart the node yourself.")                                                                                     \
    X(89, MAINTENANCE_STARTED, OK, "MaintenanceStarted", "Node %n is in maintenance mode for %1 min.", "None.")                  \
    X(90, MAINTENANCE_ENDED, OK, "MaintenanceEnded", "Node %n left maintenance mode.", "None.")                                  \
    X(91, ROLLING_STARTED, OK, "RollingRestartStarted", "A rolling restart of %1 nodes started.", "None.")                       \
    X(92, ROLLING_DONE, OK, "RollingRestartCompleted", "The rolling restart is complete: %1 nodes restarted, %2 left out.",      \
      "None.")                                                                                                                   \
    X(93, ROLLING_FAILED, CRITICAL, "RollingRestartStopped", "The rolling restart stopped at node %n: %t.",                      \
      "See to the node, then start the rolling restart again for those that are left.")                                          \
    X(94, ROLLING_CANCELLED, WARNING, "RollingRestartCancelled", "The rolling restart was cancelled; %1 nodes were restarted.",  \
      "None.")                                                                                                                   \
    X(100, FAN_FAILED, CRITICAL, "FanFailed", "Node %n: its fan stands still at a duty of %1 of 255.",                           \
      "Clean or replace the fan.")                                                                                               \
    X(101, FAN_MISSING, CRITICAL, "FanMissing", "Node %n: its fan is not there any more.", "Check the fan's plug.")              \
    X(102, FAN_RESTORED, OK, "FanRestored", "Node %n: its fan turns at %1 rpm.", "None.")                                        \
    X(103, TEMPERATURE_HIGH, WARNING, "TemperatureHigh", "Node %n: its CPU is at %1 degrees Celsius.",                           \
      "Check fan, heat sink and air.")                                                                                           \
    X(104, TEMPERATURE_NORMAL, OK, "TemperatureNormal", "Node %n: its CPU is back at %1 degrees Celsius.", "None.")              \
    X(105, TEMPERATURE_FULL_FAN, WARNING, "TemperatureFanFull",                                                                  \
      "Node %n: its CPU is at %1 degrees Celsius; the fan runs at full speed.", "Check fan, heat sink and air.")                 \
    X(106, TEMPERATURE_SHUTDOWN, CRITICAL, "TemperatureShutdown",                                                                \
      "Node %n: its CPU is at %1 degrees Celsius; it is asked to shut down.",                                                    \
      "Check fan, heat sink and air before switching it on again.")                                                              \
    X(107, TEMPERATURE_OFF, CRITICAL, "TemperatureOff",                                                                          \
      "Node %n: its CPU is at %1 degrees Celsius; its channel is switched off.",                                                 \
      "Check fan, heat sink and air before switching it on again.")                                                              \
    X(108, TEMPERATURE_DOUBTFUL, WARNING, "TemperatureDoubtful",                                                                 \
      "Node %n tells of %1 degrees Celsius, but its firmware does not throttle: the reading is not acted upon.",                 \
      "Check the node's temperature sensor and its agent.")                                                                      \
    X(110, LINK_SLOW, WARNING, "NodeLinkSlow", "Node %n: its %t link runs at %1 Mbit/s instead of %2.",                          \
      "Check the cable and the switch's port.")                                                                                  \
    X(111, LINK_FULL_SPEED, OK, "NodeLinkFullSpeed", "Node %n: its %t link runs at %1 Mbit/s.", "None.")                         \
    X(112, LINK_FLAPS, WARNING, "NodeLinkFlaps", "Node %n: its %t link changed %1 times in the last hour.",                      \
      "Check the cable, its plugs and the switch's port.")                                                                       \
    X(113, NODE_LINK_DOWN, WARNING, "NodeLinkDown", "Node %n: its %t link is down.", "Check the cable and the switch's port.")   \
    X(114, NODE_LINK_UP, OK, "NodeLinkUp", "Node %n: a link is up: %t.", "None.")                                                \
    X(115, ONE_SUBNET, WARNING, "NetworksInOneSubnet", "Node %n: its service network and its backplane are in one subnet.",      \
      "Give the two interfaces addresses in different subnets, or answers may leave by the wrong one.")                          \
    X(116, SEPARATION_RESTORED, OK, "NetworksSeparate", "Node %n: its networks are separate.", "None.")                          \
    X(117, NODE_FORWARDS, WARNING, "NodeForwards", "Node %n: it forwards between its networks.",                                 \
      "Set net.ipv4.ip_forward to 0 on the node, or forbid forwarding between the two interfaces.")                              \
    X(118, BACKPLANE_ROUTE, WARNING, "DefaultRouteOverBackplane", "Node %n: its default route leads over the backplane.",        \
      "Remove the gateway from the backplane interface; the default route belongs to the service network.")                      \
    X(120, AGENT_ENROLLED, OK, "AgentEnrolled", "Node %n: key %1 for its agent was made.", "None.")                              \
    X(121, AGENT_REVOKED, WARNING, "AgentRevoked", "Node %n: the key of its agent was revoked.",                                 \
      "Enrol the node's agent again if it is to report.")                                                                        \
    X(122, AGENT_CONNECTED, OK, "AgentConnected", "Node %n: its agent reports, first over the %t network.", "None.")             \
    X(123, AGENT_LOST, WARNING, "AgentLost", "Node %n: its agent has been silent for %1 s.",                                     \
      "Look at the node's networks, and whether super4c-agent runs on it.")                                                      \
    X(124, AGENT_REFUSED, WARNING, "AgentRefused", "Node %n: a report in its name was refused: %t.",                             \
      "If the node's agent is silent, enrol it again. Else somebody forges or repeats its reports; find out from where.")        \
    X(125, NODE_BOOTED, OK, "NodeBooted", "Node %n: its system has started anew.", "None.")

enum event_code {
    EVENT_NONE = 0,
#define X(number, name, severity, id, message, resolution) EVENT_##name = (number),
    EVENT_TABLE(X)
#undef X
};

struct event {
    uint16_t code;              /* enum event_code */
    uint8_t node;               /* 1..NODE_COUNT, 0 when the board is meant */
    int32_t arg[3];             /* what %1 %2 %3 stand for; unit as in the words of the table */
    char text[EVENT_TEXT_SIZE]; /* what %t stands for; UTF-8, zero-terminated */
    struct origin origin;
};

struct event_type {
    uint16_t code;
    uint8_t severity; /* enum event_severity */
    const char *id;   /* CamelCase, the last part of the Redfish MessageId */
    const char *message;
    const char *resolution;
};

/* NULL for a code that is not in the table. */
const struct event_type *event_type(uint16_t code);
/* All types in order of their number, for the message registry. */
const struct event_type *event_types(size_t *count);
/* Writes the finished sentence, always terminated, cut at size. Returns its length. */
size_t event_message(const struct event *event, char *out, size_t size);
/* A blank event with its code, node and text (may be NULL; cut at a character boundary when too long). */
struct event event_make(enum event_code code, uint8_t node, const char *text);

#endif
