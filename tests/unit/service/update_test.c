/* SPDX-License-Identifier: Apache-2.0
 * What is pushed to the UpdateService, and what its resources say. The slots are the test's; the real order of things is for
 * tests/sim/update_sim.c. */
#include "tests/unit/service/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "core/bytes.h"

#define UPLOAD       "POST /redfish/v1/UpdateService/Upload"
#define TASK         "GET /redfish/v1/TaskService/Tasks/Update1"
#define MULTIPART    "multipart/form-data; boundary=b"
#define PART(name)   "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define PAYLOAD_SIZE 300

static struct fixture f;
static uint8_t slot[PAYLOAD_SIZE];
static size_t slot_size;
static enum firmware_fault fault; /* what the next act comes to */
static enum firmware_act latest;

static int setup(void **state) {
    (void)state;
    fixture_begin(&f);
    f.core.update.available = true;
    f.core.update.slot_size = 1000;
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    slot_size = 0;
    fault = FIRMWARE_OK;
    return 0;
}

/* bmc/firmware.c, as far as the service sees it. */
static void do_firmware(void) {
    struct update *update = &f.core.update;
    latest = f.x.firmware.act;
    f.x.firmware.fault = fault;
    if (fault != FIRMWARE_OK) {
        update_fail(update, fault, 0);
    } else if (latest == FIRMWARE_OPEN) {
        assert_int_equal(f.x.firmware.size, FIRMWARE_PREFIX_SIZE);
        for (unsigned i = 0; i < FIRMWARE_PREFIX_SIZE; i++) assert_int_equal(f.x.firmware.data[i], 'h');
        update->open = true;
        update->image.payload_size = PAYLOAD_SIZE;
        text_copy(update->image.version, sizeof update->image.version, "2.0");
    } else if (latest == FIRMWARE_WRITE) {
        assert_true(slot_size + f.x.firmware.size <= sizeof slot);
        memcpy(&slot[slot_size], f.x.firmware.data, f.x.firmware.size);
        slot_size += f.x.firmware.size;
        update_received(update, (uint32_t)f.x.firmware.size, f.now_ms);
    } else {
        f.x.firmware.fault = update_complete(update);
    }
}

/* Pushes a body in pieces of this size; the status of the answer. */
static int push(const char *type, const void *body, size_t size, size_t piece) {
    text_copy(f.headers.content_type, sizeof f.headers.content_type, type);
    enum http_next next = request_begin(&f, UPLOAD, NULL);
    f.headers.content_type[0] = '\0';
    for (size_t sent = 0; next != HTTP_DONE;) {
        if (next == HTTP_FIRMWARE) {
            do_firmware();
        } else {
            assert_int_equal(next, HTTP_MORE);
            f.x.piece.data = &((const uint8_t *)body)[sent];
            f.x.piece.size = size - sent < piece ? size - sent : piece;
            sent += f.x.piece.size;
        }
        next = request_continue(&f);
    }
    return f.x.response.status;
}

static size_t append(char *body, size_t used, const void *data, size_t size) {
    memcpy(&body[used], data, size);
    return used + size;
}

static size_t file(char *body, size_t used) {
    char image[FIRMWARE_PREFIX_SIZE + PAYLOAD_SIZE];
    memset(image, 'h', FIRMWARE_PREFIX_SIZE);
    for (unsigned i = 0; i < PAYLOAD_SIZE; i++) image[FIRMWARE_PREFIX_SIZE + i] = (char)i;
    return append(body, used, image, sizeof image);
}

static size_t form(char *body, const char *parameters) {
    size_t used = append(body, 0, PART("UpdateParameters"), sizeof PART("UpdateParameters") - 1);
    used = append(body, used, parameters, strlen(parameters));
    used = append(body, used, "\r\n" PART("UpdateFile"), sizeof PART("UpdateFile") + 1);
    used = file(body, used);
    return append(body, used, "\r\n--b--\r\n", 9);
}

static void assert_slot_holds_the_payload(void) {
    assert_int_equal(slot_size, PAYLOAD_SIZE);
    for (unsigned i = 0; i < PAYLOAD_SIZE; i++) assert_int_equal(slot[i], i & 0xff);
}

static void a_form_is_taken_in_pieces_of_any_size(void **state) {
    char body[2048];
    size_t size = form(body, "{\"Targets\": [\"/redfish/v1/Managers/BMC\"], \"@Redfish.OperationApplyTime\": \"Immediate\"}");
    for (size_t piece = 1; piece <= size; piece++) {
        setup(state);
        assert_int_equal(push(MULTIPART, body, size, piece), 202);
        assert_slot_holds_the_payload();
        assert_int_equal(latest, FIRMWARE_CLOSE);
        assert_string_equal(f.x.response.location, "/redfish/v1/TaskService/TaskMonitors/Update1");
    }
    assert_string_equal(member(&f, "Id"), "Update1");
    assert_string_equal(member(&f, "TaskState"), "Running");
    assert_string_equal(latest_text(&f, EVENT_FIRMWARE_UPLOADED), "2.0");
    assert_string_equal(latest_event(&f, EVENT_FIRMWARE_UPLOADED)->event.origin.actor, "admin");
}

static void so_is_the_image_alone(void **state) {
    char body[1024];
    size_t size = file(body, 0);
    (void)state;
    assert_int_equal(push("application/octet-stream", body, size, 77), 202);
    assert_slot_holds_the_payload();
}

static void nobody_else_is_asked_for_a_body(void **state) {
    (void)state;
    text_copy(f.headers.content_type, sizeof f.headers.content_type, MULTIPART);
    f.token[0] = '\0';
    assert_int_equal(request(&f, UPLOAD, NULL), 401);
    f.headers.content_type[0] = '\0';
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    text_copy(f.headers.content_type, sizeof f.headers.content_type, MULTIPART);
    assert_int_equal(request(&f, UPLOAD, NULL), 403);
    assert_int_equal(f.core.update.phase, UPDATE_NONE);
}

static void a_second_upload_is_told_of_the_first(void **state) {
    (void)state;
    assert_true(update_begin(&f.core.update, f.now_ms, 0));
    assert_int_equal(push(MULTIPART, "", 0, 1), 409);
    assert_string_equal(error_name(&f), "ResourceInUse");
}

static void outside_of_the_slots_there_is_no_update(void **state) {
    (void)state;
    f.core.update.available = false;
    assert_int_equal(push(MULTIPART, "", 0, 1), 409);
    assert_int_equal(request(&f, "GET /redfish/v1/UpdateService", NULL), 200);
    assert_string_equal(member(&f, "ServiceEnabled"), "false");
    assert_string_equal(member(&f, "MultipartHttpPushUri"), "(absent)");
}

static void what_is_no_form_is_refused(void **state) {
    static const struct {
        const char *type, *body;
        int status;
        const char *error;
    } cases[] = {
        {"application/json", "{}", 415, "HeaderInvalid"},
        {MULTIPART, "", 400, "UnrecognizedRequestBody"},
        {MULTIPART, "--b--", 400, "UnrecognizedRequestBody"},
        {MULTIPART, PART("UpdateFile") "x", 400, "UnrecognizedRequestBody"},
        {MULTIPART, PART("UpdateParameters") "{}\r\n--b--", 400, "UnrecognizedRequestBody"},
        {MULTIPART, PART("UpdateParameters") "{}\r\n" PART("UpdateParameters") "{}\r\n--b--", 400, "UnrecognizedRequestBody"},
        {MULTIPART, PART("UpdateParameters") "{\r\n" PART("UpdateFile"), 400, "MalformedJSON"},
        {MULTIPART, PART("UpdateParameters") "{\"Force\": true}\r\n" PART("UpdateFile"), 400, "PropertyUnknown"},
        {MULTIPART, PART("UpdateParameters") "{\"Targets\": [\"/redfish/v1/Systems/Node1\"]}\r\n" PART("UpdateFile"), 400,
         "PropertyValueError"},
        {MULTIPART, PART("UpdateParameters") "{\"@Redfish.OperationApplyTime\": \"OnReset\"}\r\n" PART("UpdateFile"), 400,
         "PropertyValueNotInList"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setup(state);
        assert_int_equal(push(cases[i].type, cases[i].body, strlen(cases[i].body), 1000), cases[i].status);
        assert_string_equal(error_name(&f), cases[i].error);
        assert_int_equal(slot_size, 0);
    }
}

static void parameters_are_bounded(void **state) {
    static char body[2 * HTTP_BODY_IN_MAX];
    (void)state;
    memset(body, ' ', sizeof body);
    memcpy(body, PART("UpdateParameters"), sizeof PART("UpdateParameters") - 1);
    assert_int_equal(push(MULTIPART, body, sizeof body, 1000), 413);
}

static void a_refused_firmware_is_named_with_who_sent_it(void **state) {
    char body[2048];
    size_t size = form(body, "{}");
    (void)state;
    fault = FIRMWARE_NOT_SIGNED;
    assert_int_equal(push(MULTIPART, body, size, 100), 400);
    assert_string_equal(error_name(&f), "FirmwareRefused");
    assert_string_equal(latest_text(&f, EVENT_FIRMWARE_REFUSED), firmware_fault_text(FIRMWARE_NOT_SIGNED));
    assert_string_equal(latest_event(&f, EVENT_FIRMWARE_REFUSED)->event.origin.actor, "admin");
    assert_int_equal(slot_size, 0);
    assert_int_equal(request(&f, TASK, NULL), 200);
    assert_string_equal(member(&f, "TaskState"), "Exception");
    assert_string_equal(member(&f, "Messages/0/MessageId"), "Super4C.1.0.FirmwareRefused");
    setup(state);
    fault = FIRMWARE_SLOT_FAILED;
    assert_int_equal(push(MULTIPART, body, size, 100), 500);
}

static void the_task_tells_how_it_ends(void **state) {
    struct update *update = &f.core.update;
    (void)state;
    update_begin(update, f.now_ms, FIXTURE_WALL_MS);
    text_copy(update->image.version, sizeof update->image.version, "2.0");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks", NULL), 200);
    assert_string_equal(member(&f, "Members/0/@odata.id"), "/redfish/v1/TaskService/Tasks/Update1");
    assert_int_equal(request(&f, TASK, NULL), 200);
    assert_string_equal(member(&f, "Messages/0/MessageId"), "Update.1.3.UpdateInProgress");
    assert_string_equal(member(&f, "EndTime"), "(absent)");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/Update1", NULL), 202);
    update_kept(update, FIXTURE_WALL_MS + 1);
    assert_int_equal(request(&f, TASK, NULL), 200);
    assert_string_equal(member(&f, "TaskState"), "Completed");
    assert_string_equal(member(&f, "PercentComplete"), "100");
    assert_string_equal(member(&f, "Messages/0/Message"), "Device 'BMC_B' successfully updated with image '2.0'.");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/Update1", NULL), 204);
    update_fail(update, FIRMWARE_NO_NETWORK, FIXTURE_WALL_MS + 2);
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/TaskMonitors/Update1", NULL), 500);
    assert_string_equal(error_name(&f), "FirmwareRolledBack");
    assert_int_equal(request(&f, "GET /redfish/v1/TaskService/Tasks/Update2", NULL), 404);
}

static void an_account_of_one_node_does_not_see_it(void **state) {
    (void)state;
    update_begin(&f.core.update, f.now_ms, 0);
    fixture_account(&f, "first", ROLE_NODE_OPERATOR, FIXTURE_PASSWORD);
    sign_in(&f, "first", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, TASK, NULL), 404);
    assert_int_equal(request(&f, UPLOAD, NULL), 404);
}

static void the_slots_are_told_as_they_are(void **state) {
    struct update *update = &f.core.update;
    (void)state;
    update->running = 1;
    update->slot[0].state = UPDATE_SLOT_USABLE;
    text_copy(update->slot[0].version, FIRMWARE_VERSION_SIZE, "0.9");
    assert_int_equal(request(&f, "GET /redfish/v1/UpdateService/FirmwareInventory/BMC_A", NULL), 200);
    assert_string_equal(member(&f, "Status/State"), "StandbyOffline");
    assert_string_equal(member(&f, "Version"), "0.9");
    assert_string_equal(member(&f, "Active"), "false");
    assert_string_equal(member(&f, "Updateable"), "true");
    assert_int_equal(request(&f, "GET /redfish/v1/UpdateService/FirmwareInventory/BMC_B", NULL), 200);
    assert_string_equal(member(&f, "Active"), "true");
    assert_string_equal(member(&f, "Updateable"), "false");
    assert_int_equal(request(&f, "GET /redfish/v1/Managers/BMC", NULL), 200);
    assert_string_equal(member(&f, "Links/ActiveSoftwareImage/@odata.id"), "/redfish/v1/UpdateService/FirmwareInventory/BMC_B");
    update->slot[0].state = UPDATE_SLOT_EMPTY;
    update->slot[0].version[0] = '\0';
    assert_int_equal(request(&f, "GET /redfish/v1/UpdateService/FirmwareInventory/BMC_A", NULL), 200);
    assert_string_equal(member(&f, "Status/State"), "Absent");
    assert_string_equal(member(&f, "Version"), "(absent)");
    assert_int_equal(request(&f, "GET /redfish/v1/UpdateService", NULL), 200);
    assert_string_equal(member(&f, "MaxImageSizeBytes"), "1192");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_form_is_taken_in_pieces_of_any_size, setup),
        cmocka_unit_test_setup(so_is_the_image_alone, setup),
        cmocka_unit_test_setup(nobody_else_is_asked_for_a_body, setup),
        cmocka_unit_test_setup(a_second_upload_is_told_of_the_first, setup),
        cmocka_unit_test_setup(outside_of_the_slots_there_is_no_update, setup),
        cmocka_unit_test_setup(what_is_no_form_is_refused, setup),
        cmocka_unit_test_setup(parameters_are_bounded, setup),
        cmocka_unit_test_setup(a_refused_firmware_is_named_with_who_sent_it, setup),
        cmocka_unit_test_setup(the_task_tells_how_it_ends, setup),
        cmocka_unit_test_setup(an_account_of_one_node_does_not_see_it, setup),
        cmocka_unit_test_setup(the_slots_are_told_as_they_are, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
