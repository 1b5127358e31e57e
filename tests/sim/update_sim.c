/* SPDX-License-Identifier: Apache-2.0
 * update_sim - the whole controller takes firmware over its own HTTP interface into a model of the chip's flash, and loses its
 * power at every single change of that flash: before it, halfway through it, after it. Whatever comes: the old or the new
 * firmware runs, whole; it still does after one more start; no power pin moves. Then everything that must be refused, and every
 * way in which a trial can go wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "tests/sim/update_flash.h"
#include "tests/sim/world.h"

#define SETTLE_MS   (UPDATE_TRIAL_MS + 60000)
#define TURN_MS     2000
#define PIECE_SIZE  1460 /* what a segment brings */
#define FLIP_COUNT  1000
#define START_COUNT 12 /* more than any way back takes */

static struct world world;
static struct flash flash;
static struct http_exchange x;
static uint8_t old_picture[PICTURE_SIZE], new_picture[PICTURE_SIZE], image[IMAGE_SIZE + 1];
static unsigned faults, cut_count;
static const char *scene = "";
static unsigned scene_number;

static void expect(bool truth, const char *what) {
    if (truth) return;
    faults++;
    fprintf(stderr, "%s %u (cut %d): %s\n", scene, scene_number, (int)flash.cut, what);
}

/* ---- starts and time ---- */

static void seed_admin(void) {
    struct password_hash hash = {.iterations = 1};
    memset(hash.key, 0x5a, sizeof hash.key);
    if (setjmp(world.death)) abort();
    if (bmc_seed_admin(&world.bmc, &hash, false) != 0) abort();
}

/* The controller starts; its boot loader may lose power as well. */
static void start(void) {
    jmp_buf cut;
    flash.death = &cut;
    int slot = 0;
    if (setjmp(cut)) flash.fuse = 0;
    slot = flash_boot(&flash);
    expect(slot >= 0, "no firmware can start");
    if (slot < 0) exit(1);
    flash.death = &world.death;
    world.firmware = &flash.hal;
    if (!world_boot(&world)) world.running = false;
}

static bool answers(void) { return flash_behaviour(&flash, flash.running) != NEVER_SIGNS_IN; }

/* A turn of time in the life of whatever runs. False when it ended: by a restart of its own, by the watchdog, by a cut. */
static bool live(void) {
    enum behaviour behaviour = flash_behaviour(&flash, flash.running);
    if (!world.running || behaviour == CRASHES) return false;
    if (behaviour == HANGS) {
        world.now_us += UPDATE_TRIAL_MS * 1000ull; /* the watchdog's time at the latest */
        return false;
    }
    bmc_link(&world.bmc, true);
    if (answers() && bmc_wants_sign_in(&world.bmc)) bmc_sign_in_answered(&world.bmc);
    uint32_t deaths = world.death_count;
    volatile uint64_t until_us = world.now_us + TURN_MS * 1000ull;
    if (setjmp(world.death)) return false;
    while (world.now_us < until_us && !world.bmc.core.restart_requested) {
        bmc_step(&world.bmc);
        world.now_us += 100000;
        twin_board_advance(&world.board, world.now_us);
    }
    return deaths == world.death_count && !world.bmc.core.restart_requested;
}

static void restart(enum hal_reset_cause cause) {
    flash.fuse = 0; /* one cut a life */
    world_kill(&world, cause);
    start();
}

/* Until nothing more happens by itself. */
static void settle(void) {
    for (unsigned starts = 0; starts < START_COUNT; starts++) {
        uint64_t until_us = world.now_us + SETTLE_MS * 1000ull;
        bool alive = true;
        while (alive && (world.now_us < until_us && update_under_way(&world.bmc.core.update))) alive = live();
        if (alive) {
            live(); /* what was logged at the last start is stored and seen */
            return;
        }
        restart(HAL_RESET_SOFTWARE);
    }
    expect(false, "it goes on restarting");
}

/* ---- upload, as a port does it ---- */

static void begin_request(void) {
    memset(&x, 0, sizeof x);
    x.request.method = HTTP_POST;
    text_copy(x.request.path, sizeof x.request.path, "/redfish/v1/UpdateService/Upload");
    text_copy(x.request.content_type, sizeof x.request.content_type, "application/octet-stream");
    text_copy(x.request.authorization, sizeof x.request.authorization, "Basic YWRtaW46Y29ycmVjdCBob3JzZQ==");
    http_begin(&x);
}

/* The status of the answer; 0 when the controller died on the way. */
static int upload(size_t size) {
    static size_t sent;
    begin_request();
    sent = 0;
    flash.death = &world.death;
    if (setjmp(world.death)) return 0;
    enum http_next next = bmc_http(&world.bmc, &x);
    if (next == HTTP_DERIVE) {
        memset(x.derive.hash.key, 0x5a, sizeof x.derive.hash.key);
        next = bmc_http(&world.bmc, &x);
    }
    while (next == HTTP_MORE) {
        x.piece.data = &image[sent];
        x.piece.size = size - sent < PIECE_SIZE ? size - sent : PIECE_SIZE;
        sent += x.piece.size;
        next = bmc_http(&world.bmc, &x);
    }
    return next == HTTP_DONE ? x.response.status : -1;
}

/* ---- scenes ---- */

static uint64_t edges_before;

static void begin_scene(const char *name, unsigned number) {
    scene = name;
    scene_number = number;
    world_init(&world, 7);
    flash_init(&flash);
    twin_board_advance(&world.board, world.now_us += 3000000); /* the board has been running */
    start();
    seed_admin();
    if (!live()) abort();
    edges_before = world.board.recorder.recorded_count;
    flash.op_count = 0;
}

static void make_image(enum behaviour behaviour, const struct image_words *words) {
    picture_make(new_picture, 2, behaviour);
    image_make(image, new_picture, words);
}

static bool runs(const uint8_t *picture) { return flash_holds(&flash, flash.running, picture); }

/* What must hold whatever happened. */
static void check_sane(void) {
    bool new_runs = runs(new_picture);
    expect(new_runs || runs(old_picture), "neither the old nor the new firmware runs");
    restart(HAL_RESET_SOFTWARE);
    settle();
    expect(runs(new_picture) == new_runs, "another firmware runs after one more start");
    expect(world.board.recorder.recorded_count == edges_before, "a power pin moved");
    struct hal_firmware_slot own;
    flash.hal.describe(&flash, flash.running, &own);
    expect(own.state == HAL_FIRMWARE_VALID, "what runs is not marked as good");
}

static void take(enum behaviour behaviour, bool kept, enum firmware_fault fault) {
    struct image_words words = image_words();
    begin_scene("a firmware that behaves as", behaviour);
    make_image(behaviour, &words);
    expect(upload(IMAGE_SIZE) == 202, "the image was not taken");
    settle();
    const struct update *update = &world.bmc.core.update;
    expect(runs(kept ? new_picture : old_picture), "the wrong firmware runs");
    expect(update->phase == (kept ? UPDATE_KEPT : UPDATE_FAILED) && update->fault == fault, "its end is not told as it was");
    expect(world_logged(&world, kept ? EVENT_FIRMWARE_KEPT : EVENT_FIRMWARE_ROLLED_BACK, NULL) == 1, "it is not in the log");
    check_sane();
}

/* Two updates, one after the other, so that both slots are written and both sectors of otadata are in use; then a firmware that
 * fails. Power is lost at one change in all that, of the flash or of the store. True while there was a change of that number. */
static bool cut_at(unsigned number, enum cut cut, bool store) {
    static const enum behaviour lives[] = {BEHAVES_WELL, BEHAVES_WELL, CRASHES};
    struct image_words words = image_words();
    begin_scene(store ? "power cut at write of the store" : "power cut at change", number);
    flash.cut = cut;
    if (store) {
        world.store_fuse = number;
        world.store_fate = cut == CUT_BEFORE ? STORE_CUT_BEFORE : STORE_CUT_AFTER;
    } else {
        flash.fuse = number;
    }
    unsigned writes = world.store_write_count;
    bool done = false;
    for (unsigned i = 0; i < sizeof lives / sizeof lives[0] && !done; i++) {
        make_image(lives[i], &words);
        if (upload(IMAGE_SIZE) == 0) restart(HAL_RESET_WATCHDOG);
        settle();
        done = store ? world.store_write_count - writes >= number : flash.op_count >= number;
        expect(runs(new_picture) || runs(old_picture), "neither the old nor the new firmware runs");
        if (i == 0 && !done) memcpy(old_picture, new_picture, sizeof old_picture);
    }
    check_sane();
    picture_make(old_picture, 1, BEHAVES_WELL);
    return done;
}

static void cut_everywhere(bool store) {
    bool more = true;
    for (unsigned number = 1; more; number++)
        for (enum cut cut = CUT_BEFORE; cut < CUT_COUNT; cut++) {
            more = cut_at(number, cut, store);
            cut_count += more;
        }
}

static void refuse(const char *name, unsigned number, size_t size, enum firmware_fault fault) {
    int status = upload(size);
    scene = name;
    scene_number = number;
    settle();
    const struct update *update = &world.bmc.core.update;
    expect(status == 400 || (status == 202 && update->phase == UPDATE_FAILED), "it was not refused");
    expect(fault == FIRMWARE_OK || update->fault == fault, "it was refused for another reason");
    expect(flash.choice_count == 0 && flash.running == 0 && runs(old_picture), "the old firmware does not run");
}

static void refusals(void) {
    static const struct {
        const char *name;
        struct image_words words;
        size_t size;
        enum firmware_fault fault;
    } cases[] = {
        {"another board", {"super6c", "model", 3, PICTURE_SIZE, false}, IMAGE_SIZE, FIRMWARE_OTHER_BOARD},
        {"another target", {"super4c", "esp32", 3, PICTURE_SIZE, false}, IMAGE_SIZE, FIRMWARE_OTHER_TARGET},
        {"an older security version", {"super4c", "model", 2, PICTURE_SIZE, false}, IMAGE_SIZE, FIRMWARE_TOO_OLD},
        {"a forged signature", {"super4c", "model", 3, PICTURE_SIZE, true}, IMAGE_SIZE, FIRMWARE_NOT_SIGNED},
        {"larger than a slot", {"super4c", "model", 3, FLASH_SLOT_SIZE + 1, false}, IMAGE_SIZE, FIRMWARE_TOO_LARGE},
        {"longer than it says", {"super4c", "model", 3, PICTURE_SIZE, false}, IMAGE_SIZE + 1, FIRMWARE_WRONG_LENGTH},
        {"no header", {"super4c", "model", 3, PICTURE_SIZE, false}, 100, FIRMWARE_NO_IMAGE},
        {"nothing but the header", {"super4c", "model", 3, PICTURE_SIZE, false}, FIRMWARE_PREFIX_SIZE, FIRMWARE_WRONG_LENGTH},
    };
    begin_scene("refusals", 0);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned ops = flash.op_count;
        make_image(BEHAVES_WELL, &cases[i].words);
        refuse(cases[i].name, 0, cases[i].size, cases[i].fault);
        if (i < 5) expect(flash.op_count == ops, "the slot was touched");
    }
    check_sane();
}

static void damaged(void) {
    struct image_words words = image_words();
    begin_scene("damaged images", 0);
    make_image(BEHAVES_WELL, &words);
    for (unsigned i = 0; i < FIRMWARE_PREFIX_SIZE + FLIP_COUNT; i++) {
        size_t at = i < FIRMWARE_PREFIX_SIZE ? i : world_random(&world, IMAGE_SIZE);
        uint8_t change = (uint8_t)(1 + world_random(&world, 255));
        image[at] ^= change;
        refuse("a changed byte at", (unsigned)at, IMAGE_SIZE, FIRMWARE_OK);
        image[at] ^= change;
    }
    for (unsigned i = 0; i < 200; i++) {
        size_t size = world_random(&world, IMAGE_SIZE);
        refuse("cut short at", (unsigned)size, size, FIRMWARE_OK);
    }
    check_sane();
    scene = "the same, undamaged";
    expect(upload(IMAGE_SIZE) == 202, "the image was not taken");
    settle();
    expect(runs(new_picture), "the new firmware does not run");
}

/* The connection goes, or nothing more comes: either way the next upload is taken. */
static void broken_off(void) {
    struct image_words words = image_words();
    begin_scene("an upload that breaks off", 0);
    make_image(BEHAVES_WELL, &words);
    for (unsigned silent = 0; silent < 2; silent++) {
        begin_request();
        if (setjmp(world.death)) abort();
        enum http_next next = bmc_http(&world.bmc, &x);
        if (next == HTTP_DERIVE) {
            memset(x.derive.hash.key, 0x5a, sizeof x.derive.hash.key);
            next = bmc_http(&world.bmc, &x);
        }
        x.piece.data = image;
        x.piece.size = 4096;
        if (next == HTTP_MORE) next = bmc_http(&world.bmc, &x);
        expect(next == HTTP_MORE && world.bmc.core.update.phase == UPDATE_RECEIVING, "it did not begin");
        if (!silent) bmc_http_gone(&world.bmc, &x);
        for (unsigned ms = 0; silent && ms < UPDATE_QUIET_MS + TURN_MS; ms += TURN_MS) live();
        expect(world.bmc.core.update.fault == (silent ? FIRMWARE_TOO_SLOW : FIRMWARE_BROKEN_OFF), "it was not given up");
    }
    expect(upload(IMAGE_SIZE) == 202, "the next one was not taken");
    settle();
    expect(runs(new_picture), "the new firmware does not run");
    check_sane();
}

int main(void) {
    picture_make(old_picture, 1, BEHAVES_WELL);
    take(BEHAVES_WELL, true, FIRMWARE_OK);
    take(HANGS, false, FIRMWARE_TRIAL_ENDED);
    take(CRASHES, false, FIRMWARE_TRIAL_ENDED);
    take(NEVER_SIGNS_IN, false, FIRMWARE_NO_SIGN_IN);
    refusals();
    damaged();
    broken_off();
    cut_everywhere(false);
    cut_everywhere(true);
    printf("%u power cuts, %u damaged images, %u violations\n", cut_count, FIRMWARE_PREFIX_SIZE + FLIP_COUNT + 200, faults);
    return faults || cut_count < 200 ? 1 : 0;
}
