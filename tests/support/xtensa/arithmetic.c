/* SPDX-License-Identifier: Apache-2.0
 * The integer arithmetic that this core has no instruction for and Debian's libgcc for it leaves out (on the ESP32 the CPU or its
 * ROM has it). Names and meanings: GCC internals manual, "Routines for integer arithmetic". Plain shift and subtract: clarity
 * before speed. */
#include <stdint.h>

uint32_t __udivsi3(uint32_t dividend, uint32_t divisor);
uint32_t __umodsi3(uint32_t dividend, uint32_t divisor);
int32_t __divsi3(int32_t dividend, int32_t divisor);
int32_t __modsi3(int32_t dividend, int32_t divisor);
uint64_t __muldi3(uint64_t a, uint64_t b);
uint64_t __udivdi3(uint64_t dividend, uint64_t divisor);
uint64_t __umoddi3(uint64_t dividend, uint64_t divisor);
int64_t __divdi3(int64_t dividend, int64_t divisor);
int64_t __moddi3(int64_t dividend, int64_t divisor);

struct division32 {
    uint32_t quotient, remainder;
};
struct division64 {
    uint64_t quotient, remainder;
};

static struct division32 divide32(uint32_t dividend, uint32_t divisor) {
    struct division32 d = {0, 0};
    for (int bit = 31; bit >= 0; bit--) {
        uint32_t carry = d.remainder >> 31;
        d.remainder = d.remainder << 1 | (dividend >> bit & 1);
        if (carry || d.remainder >= divisor) {
            d.remainder -= divisor;
            d.quotient |= UINT32_C(1) << bit;
        }
    }
    return d;
}

static struct division64 divide64(uint64_t dividend, uint64_t divisor) {
    struct division64 d = {0, 0};
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t carry = d.remainder >> 63;
        d.remainder = d.remainder << 1 | (dividend >> bit & 1);
        if (carry || d.remainder >= divisor) {
            d.remainder -= divisor;
            d.quotient |= UINT64_C(1) << bit;
        }
    }
    return d;
}

static uint32_t magnitude32(int32_t value) { return value < 0 ? -(uint32_t)value : (uint32_t)value; }
static uint64_t magnitude64(int64_t value) { return value < 0 ? -(uint64_t)value : (uint64_t)value; }
static int32_t signed32(uint32_t value, int negative) { return (int32_t)(negative ? -value : value); }
static int64_t signed64(uint64_t value, int negative) { return (int64_t)(negative ? -value : value); }

uint32_t __udivsi3(uint32_t dividend, uint32_t divisor) { return divide32(dividend, divisor).quotient; }

uint32_t __umodsi3(uint32_t dividend, uint32_t divisor) { return divide32(dividend, divisor).remainder; }

int32_t __divsi3(int32_t dividend, int32_t divisor) {
    return signed32(divide32(magnitude32(dividend), magnitude32(divisor)).quotient, (dividend < 0) != (divisor < 0));
}

int32_t __modsi3(int32_t dividend, int32_t divisor) {
    return signed32(divide32(magnitude32(dividend), magnitude32(divisor)).remainder, dividend < 0);
}

/* 32 x 32 -> 64 from products of 16-bit halves: the multiplier of this core keeps the low 32 bits only. */
static uint64_t multiply32(uint32_t a, uint32_t b) {
    uint32_t a_low = a & 0xFFFF, a_high = a >> 16, b_low = b & 0xFFFF, b_high = b >> 16;
    uint32_t low = a_low * b_low;
    uint32_t middle = a_high * b_low + (low >> 16);
    uint32_t middle2 = a_low * b_high + (middle & 0xFFFF);
    uint32_t high = a_high * b_high + (middle >> 16) + (middle2 >> 16);
    return (uint64_t)high << 32 | middle2 << 16 | (low & 0xFFFF);
}

uint64_t __muldi3(uint64_t a, uint64_t b) {
    uint32_t cross = (uint32_t)(a >> 32) * (uint32_t)b + (uint32_t)a * (uint32_t)(b >> 32);
    return multiply32((uint32_t)a, (uint32_t)b) + ((uint64_t)cross << 32);
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) { return divide64(dividend, divisor).quotient; }

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) { return divide64(dividend, divisor).remainder; }

int64_t __divdi3(int64_t dividend, int64_t divisor) {
    return signed64(divide64(magnitude64(dividend), magnitude64(divisor)).quotient, (dividend < 0) != (divisor < 0));
}

int64_t __moddi3(int64_t dividend, int64_t divisor) {
    return signed64(divide64(magnitude64(dividend), magnitude64(divisor)).remainder, dividend < 0);
}
