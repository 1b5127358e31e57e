/* SPDX-License-Identifier: Apache-2.0
 * TaskService: power orders as their givers see them, newest first, before them the latest update of the firmware, and the
 * monitors that give the answers once there are any. */
#include <stdio.h>

#include "service/message.h"
#include "service/redfish/event_json.h"
#include "service/redfish/redfish.h"
#include "service/redfish/schema.h"
#include "service/reply.h"
#include "service/text.h"

#define URI_MONITORS   URI_ROOT "/TaskService/TaskMonitors"
#define TASK_NAME_SIZE 64

void task_uri(uint32_t id, char uri[HTTP_PATH_SIZE]) { snprintf(uri, HTTP_PATH_SIZE, URI_TASKS "/%lu", (unsigned long)id); }

/* "ForceOff of Node1, Node3" */
static void task_name(const struct power_task *task, char out[TASK_NAME_SIZE]) {
    size_t used = (size_t)snprintf(out, TASK_NAME_SIZE, "%s of", power_act_name(task->act));
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(task->node_mask & 1u << i)) continue;
        used += (size_t)snprintf(&out[used], TASK_NAME_SIZE - used, "%s Node%u", out[used - 1] == 'f' ? "" : ",", i + 1);
    }
}

/* What there is to say of each node on which it did not work. */
static unsigned failures(const struct power_task *task, struct event events[NODE_COUNT]) {
    unsigned count = 0;
    for (unsigned i = 0; i < NODE_COUNT; i++) {
        if (!(task->node_mask & 1u << i) || task->failure[i] == POWER_OK) continue;
        enum power_failure failure = task->failure[i];
        events[count] = event_make(power_failure_event(failure), (uint8_t)(i + 1), power_failure_text(failure));
        events[count].arg[0] = task->mv[i];
        events[count++].arg[1] = task->ma[i];
    }
    return count;
}

/* As grave as what its messages say. */
static const char *status_of(const struct power_task *task) {
    enum event_severity worst = EVENT_OK;
    struct event events[NODE_COUNT];
    for (unsigned i = 0, count = failures(task, events); i < count; i++) {
        enum event_severity severity = event_type(events[i].code)->severity;
        if (severity > worst) worst = severity;
    }
    return event_severity_name(worst);
}

void task_write(struct json_writer *w, const struct power_task *task) {
    static const char *const states[] = {
        [TASK_FREE] = "Completed", [TASK_RUNNING] = "Running", [TASK_COMPLETED] = "Completed", [TASK_FAILED] = "Exception"};
    char uri[HTTP_PATH_SIZE], id[COLLECTION_ID_SIZE], name[TASK_NAME_SIZE];
    struct event events[NODE_COUNT];
    task_uri(task->id, uri);
    snprintf(id, sizeof id, "%lu", (unsigned long)task->id);
    task_name(task, name);
    resource_begin(w, uri, SCHEMA_TASK, id, name);
    json_put_text(w, "TaskState", states[task->state]);
    json_put_text(w, "TaskStatus", status_of(task));
    json_put_time(w, "StartTime", task->start_wall_ms);
    if (task->state != TASK_RUNNING) json_put_time(w, "EndTime", task->end_wall_ms);
    json_put_format(w, "TaskMonitor", URI_MONITORS "/%s", id);
    json_put_array(w, "Messages");
    if (task->state == TASK_COMPLETED) message_write(w, MESSAGE(SUCCESS));
    if (task->state == TASK_FAILED)
        for (unsigned i = 0, count = failures(task, events); i < count; i++) event_write_message(w, &events[i]);
    json_array_end(w);
    json_object_end(w);
}

/* ---- the answer to who gave the order ---- */

static enum http_next reply_failed(struct http_exchange *x, const struct power_task *task) {
    struct event events[NODE_COUNT];
    unsigned count = failures(task, events);
    if (count == 0) return reply_error(x, 500, MESSAGE(INTERNAL_ERROR));
    if (count == 1) return reply_event_error(x, 500, &events[0]);
    struct json_writer w = reply_error_begin(x, EVENT_REGISTRY "PowerOrderFailed", "The order failed on several nodes.");
    for (unsigned i = 0; i < count; i++) event_write_message(&w, &events[i]);
    return reply_error_end(x, &w, 500);
}

/* DSP0266, 12.2: 202, where to ask again, and meanwhile the task. */
struct json_writer task_reply_begin(struct http_exchange *x, const char *id) {
    reply_describe(x, SCHEMA_TASK);
    snprintf(x->response.location, sizeof x->response.location, URI_MONITORS "/%s", id);
    /* No Retry-After: sushy 4.3 cannot read one, and who asks each second or less is welcome. */
    return reply_writer(x);
}

static enum http_next reply_running(struct http_exchange *x, const struct power_task *task) {
    char id[COLLECTION_ID_SIZE];
    snprintf(id, sizeof id, "%lu", (unsigned long)task->id);
    struct json_writer w = task_reply_begin(x, id);
    task_write(&w, task);
    return reply_json(x, &w, 202);
}

enum http_next task_reply(struct http_exchange *x, const struct power_task *task) {
    if (task->state == TASK_COMPLETED) return reply_empty(x, 204);
    return task->state == TASK_FAILED ? reply_failed(x, task) : reply_running(x, task);
}

/* ---- resources ---- */

bool task_visible(const struct http_exchange *x, const struct power_task *task) {
    return !(task->node_mask & ~x->identity.nodes);
}

static bool task_member(const struct core *core, const struct http_exchange *x, unsigned index, char id[COLLECTION_ID_SIZE]) {
    const struct power_task *task;
    if (update_task_id(core, x, id) && index-- == 0) return true;
    for (unsigned age = 0; (task = power_task_at(&core->power, age)) != NULL; age++) {
        if (!task_visible(x, task) || index-- > 0) continue;
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
    if (text_read_number(id, UINT32_MAX, &number))
        task_write(w, power_task(&core->power, number));
    else
        update_task_write(core, w);
}

static const struct collection tasks = {.uri = URI_TASKS,
                                        .schema = SCHEMA_TASK_COLLECTION,
                                        .name = "Task Collection",
                                        .member_type = "Task",
                                        .member = task_member,
                                        .write = write_task};

enum http_next tasks_get(struct core *core, struct http_exchange *x) { return collection_get(core, x, &tasks); }
enum http_next task_get(struct core *core, struct http_exchange *x) { return collection_get_member(core, x, &tasks); }

enum http_next task_monitor_get(struct core *core, struct http_exchange *x) {
    uint32_t number;
    if (!collection_has(core, x, &tasks, x->id)) return reply_error(x, 404, MESSAGE(RESOURCE_MISSING, .arg = {x->request.path}));
    if (!text_read_number(x->id, UINT32_MAX, &number)) return update_task_reply(core, x);
    return task_reply(x, power_task(&core->power, number));
}

enum http_next task_service_get(struct core *core, struct http_exchange *x) {
    struct json_writer w = reply_writer(x);
    resource_begin(&w, URI_ROOT "/TaskService", SCHEMA_TASK_SERVICE, "TaskService", "Task Service");
    json_put_boolean(&w, "ServiceEnabled", true);
    json_put_object(&w, "Status");
    json_put_text(&w, "State", "Enabled");
    json_put_text(&w, "Health", "OK");
    json_object_end(&w);
    json_put_text(&w, "CompletedTaskOverWritePolicy", "Oldest");
    json_put_boolean(&w, "LifeCycleEventOnTaskStateChange", false);
    json_put_time(&w, "DateTime", core->wall_ms);
    json_put_link(&w, "Tasks", URI_TASKS);
    json_object_end(&w);
    return reply_json(x, &w, 200);
}
