/* SPDX-License-Identifier: Apache-2.0 */
#include "service/query.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/router.h"

#define V1 "/redfish/v1"

const struct route routes[] = {
    {"/redfish", NULL, QUERY_NONE, {GET(versions_get, OPEN)}},
    {V1, SCHEMA_SERVICE_ROOT, QUERY_NONE, {GET(service_root_get, OPEN)}},
    {V1 "/odata", NULL, QUERY_NONE, {GET(odata_get, OPEN)}},
    {V1 "/$metadata", NULL, QUERY_NONE, {GET(metadata_get, OPEN)}},

    {V1 "/SessionService",
     SCHEMA_SESSION_SERVICE,
     QUERY_NONE,
     {GET(session_service_get, LOGIN), PATCH(session_service_patch, MANAGER)}},
    {V1 "/SessionService/Sessions",
     SCHEMA_SESSION_COLLECTION,
     QUERY_COLLECTION,
     {GET(sessions_get, LOGIN), POST(sessions_post, OPEN)}},
    {V1 "/SessionService/Sessions/Members", SCHEMA_SESSION_COLLECTION, QUERY_NONE, {POST(sessions_post, OPEN)}},
    {V1 "/SessionService/Sessions/{}", SCHEMA_SESSION, QUERY_NONE, {GET(session_get, SELF), DELETE(session_delete, SELF)}},

    {V1 "/AccountService",
     SCHEMA_ACCOUNT_SERVICE,
     QUERY_NONE,
     {GET(account_service_get, LOGIN), PATCH(account_service_patch, USERS)}},
    {V1 "/AccountService/Accounts",
     SCHEMA_ACCOUNT_COLLECTION,
     QUERY_COLLECTION,
     {GET(accounts_get, LOGIN), POST(accounts_post, USERS)}},
    {V1 "/AccountService/Accounts/Members", SCHEMA_ACCOUNT_COLLECTION, QUERY_NONE, {POST(accounts_post, USERS)}},
    {V1 "/AccountService/Accounts/{}",
     SCHEMA_ACCOUNT,
     QUERY_NONE,
     {GET(account_get, SELF), PATCH(account_patch, SELF), DELETE(account_delete, USERS)}},
    {V1 "/AccountService/Roles", SCHEMA_ROLE_COLLECTION, QUERY_COLLECTION, {GET(roles_get, LOGIN)}},
    {V1 "/AccountService/Roles/{}", SCHEMA_ROLE, QUERY_NONE, {GET(role_get, LOGIN)}},

    {V1 "/Systems", SCHEMA_SYSTEM_COLLECTION, QUERY_COLLECTION, {GET(systems_get, LOGIN)}},
    {V1 "/Systems/{}", SCHEMA_SYSTEM, QUERY_NONE, {GET(system_get, LOGIN), PATCH(system_patch, COMPONENTS)}},
    {V1 "/Systems/{}/Actions/ComputerSystem.Reset", NULL, QUERY_NONE, {POST(system_reset, COMPONENTS)}},
    {V1 "/Systems/{}/Actions/Oem/Super4C.ModuleOff", NULL, QUERY_NONE, {POST(system_module_off, COMPONENTS)}},
    {V1 "/Systems/{}/ResetActionInfo", SCHEMA_ACTION_INFO, QUERY_NONE, {GET(system_reset_info_get, LOGIN)}},
    {V1 "/Systems/{}/Oem/Super4C/Console", NULL, QUERY_NONE, {GET(system_console_get, LOGIN)}},

    {V1 "/Chassis", SCHEMA_CHASSIS_COLLECTION, QUERY_COLLECTION, {GET(chassis_collection_get, LOGIN)}},
    {V1 "/Chassis/{}", SCHEMA_CHASSIS, QUERY_NONE, {GET(chassis_get, LOGIN)}},
    {V1 "/Chassis/{}/Actions/Chassis.Reset", NULL, QUERY_NONE, {POST(chassis_reset, COMPONENTS)}},
    {V1 "/Chassis/Board/Sensors", SCHEMA_SENSOR_COLLECTION, QUERY_COLLECTION, {GET(sensors_get, LOGIN)}},
    {V1 "/Chassis/Board/Sensors/{}", SCHEMA_SENSOR, QUERY_NONE, {GET(sensor_get, LOGIN)}},

    {V1 "/Managers", SCHEMA_MANAGER_COLLECTION, QUERY_COLLECTION, {GET(managers_get, LOGIN)}},
    {V1 "/Managers/{}", SCHEMA_MANAGER, QUERY_NONE, {GET(manager_get, LOGIN)}},
    {V1 "/Managers/{}/Actions/Manager.Reset", NULL, QUERY_NONE, {POST(manager_reset, MANAGER)}},
    {V1 "/Managers/BMC/LogServices", SCHEMA_LOG_SERVICE_COLLECTION, QUERY_COLLECTION, {GET(log_services_get, LOGIN)}},
    {V1 "/Managers/BMC/LogServices/{}", SCHEMA_LOG_SERVICE, QUERY_NONE, {GET(log_service_get, LOGIN)}},
    {V1 "/Managers/BMC/LogServices/EventLog/Actions/LogService.ClearLog", NULL, QUERY_NONE, {POST(log_clear, MANAGER)}},
    {V1 "/Managers/BMC/LogServices/EventLog/Entries", SCHEMA_LOG_ENTRY_COLLECTION, QUERY_PAGE, {GET(log_entries_get, LOGIN)}},
    {V1 "/Managers/BMC/LogServices/EventLog/Entries/{}", SCHEMA_LOG_ENTRY, QUERY_NONE, {GET(log_entry_get, LOGIN)}},

    {V1 "/EventService", SCHEMA_EVENT_SERVICE, QUERY_NONE, {GET(event_service_get, LOGIN)}},
    {V1 "/EventService/SSE", NULL, QUERY_FILTER, {GET(event_stream_get, LOGIN)}},

    {V1 "/TaskService", SCHEMA_TASK_SERVICE, QUERY_NONE, {GET(task_service_get, LOGIN)}},
    {V1 "/TaskService/Tasks", SCHEMA_TASK_COLLECTION, QUERY_COLLECTION, {GET(tasks_get, LOGIN)}},
    {V1 "/TaskService/Tasks/{}", SCHEMA_TASK, QUERY_NONE, {GET(task_get, LOGIN)}},

    {V1 "/Registries", SCHEMA_REGISTRY_FILE_COLLECTION, QUERY_COLLECTION, {GET(registries_get, LOGIN)}},
    {V1 "/Registries/{}", SCHEMA_REGISTRY_FILE, QUERY_NONE, {GET(registry_file_get, LOGIN)}},
    {V1 "/Registries/Super4C/Super4C.1.0.json", SCHEMA_REGISTRY, QUERY_NONE, {GET(registry_get, LOGIN)}},
};

const size_t route_count = sizeof routes / sizeof routes[0];
