/* SPDX-License-Identifier: Apache-2.0
 * TaskService: power orders as their givers see them, newest first. */
#include <stdio.h>

#include "service/message.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

void task_uri(uint32_t id, char uri[HTTP_PATH_SIZE]) { snprintf(uri, HTTP_PATH_SIZE, URI_TASKS "/%lu", (unsigned long)id); }

/* "ForceOff of Node1, Node3" */
static void task_name(const struct power_task *task, char out[64]) {
    size_t used = (size_t)snprintf(out, 64, "%s of", power_act_name(task->act));
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(task->node_mask & 1u << i)) continue;
        used += (size_t)snprintf(&out[used], 64 - used, "%s Node%u", out[used - 1] == 'f' ? "" : ",", i + 1);
    }
}

static void write_failures(struct json_writer *w, const struct power_task *task) {
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(task->node_mask & 1u << i) || task->failure[i] == POWER_OK) continue;
        struct event event = event_make(EVENT_POWER_FAILED, (uint8_t)(i + 1), power_failure_text(task->failure[i]));
        event.arg[0] = task->mv[i];
        event.arg[1] = task->ma[i];
        event_write_message(w, &event);
    }
}

void task_write(struct json_writer *w, const struct power_task *task) {
    static const char *const states[] = {
        [TASK_FREE] = "Completed", [TASK_RUNNING] = "Running", [TASK_COMPLETED] = "Completed", [TASK_FAILED] = "Exception"};
    char uri[HTTP_PATH_SIZE], id[COLLECTION_ID_SIZE], name[64];
    task_uri(task->id, uri);
    snprintf(id, sizeof id, "%lu", (unsigned long)task->id);
    task_name(task, name);
    resource_begin(w, uri, SCHEMA_TASK, id, name);
    json_put_text(w, "TaskState", states[task->state]);
    json_put_text(w, "TaskStatus", task->state == TASK_FAILED ? "Critical" : "OK");
    json_put_time(w, "StartTime", task->start_wall_ms);
    if (task->state != TASK_RUNNING) json_put_time(w, "EndTime", task->end_wall_ms);
    json_put_array(w, "Messages");
    if (task->state == TASK_COMPLETED) message_write(w, MESSAGE(SUCCESS));
    if (task->state == TASK_FAILED) write_failures(w, task);
    json_array_end(w);
    json_object_end(w);
}

static bool task_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    const struct power_task *task;
    for (unsigned age = 0; (task = power_task_at(&core->power, age)) != NULL; age++) {
        if ((task->node_mask & ~x->identity.nodes) || index-- > 0) continue;
        snprintf(id, COLLECTION_ID_SIZE, "%lu", (unsigned long)task->id);
        return true;
    }
    return false;
}

static void write_task(const struct core *core, const struct http_exchange *x, struct json_writer *w, const char *uri,
                       const char *id) {
    uint32_t number;
    (void)x;
    (void)uri;
    if (text_read_number(id, UINT32_MAX, &number)) task_write(w, power_task(&core->power, number));
}

static const struct collection tasks = {.uri = URI_TASKS,
                                        .schema = SCHEMA_TASK_COLLECTION,
                                        .name = "Task Collection",
                                        .member_type = "Task",
                                        .member = task_member,
                                        .write = write_task};

enum http_next tasks_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &tasks); }
enum http_next task_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &tasks); }

enum http_next task_service_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/TaskService", SCHEMA_TASK_SERVICE, "TaskService", "Task Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    json_put_text(&w, "CompletedTaskOverWritePolicy", "Oldest");
    json_put_boolean(&w, "LifeCycleEventOnTaskStateChange", false);
    json_put_time(&w, "DateTime", core->wall_ms);
    json_put_link(&w, "Tasks", URI_TASKS);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
