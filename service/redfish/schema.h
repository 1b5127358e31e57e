/* SPDX-License-Identifier: Apache-2.0
 * The schema of each resource we serve (DMTF bundle 2025.4), named once: for @odata.type, the describedby link and $metadata. */
#ifndef SERVICE_SCHEMA_H
#define SERVICE_SCHEMA_H

#define SCHEMA_ACCOUNT_COLLECTION       "ManagerAccountCollection.ManagerAccountCollection"
#define SCHEMA_ACCOUNT_SERVICE          "AccountService.v1_18_1.AccountService"
#define SCHEMA_ACCOUNT                  "ManagerAccount.v1_14_1.ManagerAccount"
#define SCHEMA_ACTION_INFO              "ActionInfo.v1_5_0.ActionInfo"
#define SCHEMA_CHASSIS                  "Chassis.v1_28_0.Chassis"
#define SCHEMA_CHASSIS_COLLECTION       "ChassisCollection.ChassisCollection"
#define SCHEMA_CONSOLE                  "Super4C.v1_0_0.Console"
#define SCHEMA_EVENT                    "Event.v1_11_0.Event"
#define SCHEMA_EVENT_SERVICE            "EventService.v1_12_0.EventService"
#define SCHEMA_LOG_ENTRY                "LogEntry.v1_21_0.LogEntry"
#define SCHEMA_LOG_ENTRY_COLLECTION     "LogEntryCollection.LogEntryCollection"
#define SCHEMA_LOG_SERVICE              "LogService.v1_9_0.LogService"
#define SCHEMA_LOG_SERVICE_COLLECTION   "LogServiceCollection.LogServiceCollection"
#define SCHEMA_MANAGER                  "Manager.v1_24_0.Manager"
#define SCHEMA_MANAGER_COLLECTION       "ManagerCollection.ManagerCollection"
#define SCHEMA_METRIC_REPORT            "MetricReport.v1_5_0.MetricReport"
#define SCHEMA_REGISTRY                 "MessageRegistry.v1_6_0.MessageRegistry"
#define SCHEMA_REGISTRY_FILE            "MessageRegistryFile.v1_1_3.MessageRegistryFile"
#define SCHEMA_REGISTRY_FILE_COLLECTION "MessageRegistryFileCollection.MessageRegistryFileCollection"
#define SCHEMA_ROLE                     "Role.v1_3_3.Role"
#define SCHEMA_ROLE_COLLECTION          "RoleCollection.RoleCollection"
#define SCHEMA_SENSOR                   "Sensor.v1_12_0.Sensor"
#define SCHEMA_SENSOR_COLLECTION        "SensorCollection.SensorCollection"
#define SCHEMA_SERVICE_ROOT             "ServiceRoot.v1_20_0.ServiceRoot"
#define SCHEMA_SESSION                  "Session.v1_8_0.Session"
#define SCHEMA_SESSION_COLLECTION       "SessionCollection.SessionCollection"
#define SCHEMA_SESSION_SERVICE          "SessionService.v1_2_0.SessionService"
#define SCHEMA_SYSTEM                   "ComputerSystem.v1_27_0.ComputerSystem"
#define SCHEMA_SYSTEM_COLLECTION        "ComputerSystemCollection.ComputerSystemCollection"
#define SCHEMA_TASK                     "Task.v1_7_4.Task"
#define SCHEMA_TASK_COLLECTION          "TaskCollection.TaskCollection"
#define SCHEMA_TASK_SERVICE             "TaskService.v1_3_0.TaskService"

#endif
