# SPDX-License-Identifier: Apache-2.0
# Debian's Xtensa compiler with picolibc. Its core (lx106, call0) is not the ESP32's LX6, but the instruction set, byte order,
# alignment and sizes of types are: good enough to run the portable code and to measure its size.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR xtensa)
set(CMAKE_C_COMPILER xtensa-lx106-elf-gcc)
set(CMAKE_ASM_COMPILER xtensa-lx106-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # there is no program to link without our start-up code

set(CMAKE_C_FLAGS_INIT
    "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs -mlongcalls -mtext-section-literals -ffunction-sections -fdata-sections")
set(CMAKE_ASM_FLAGS_INIT "-mlongcalls -mtext-section-literals")
