/* SPDX-License-Identifier: Apache-2.0
 * Start-up of a bare program on QEMU's "sim" machine with the lx106 core, call0 ABI. Addresses: core-isa.h of the toolchain.
 * Every exception ends the run with its cause and place, so a wild pointer or an illegal instruction is a failed test. */

    .section .reset, "ax"
    .align 4
    .global reset_vector
reset_vector:
    j 1f
    .align 4
    .literal_position
1:  movi a0, start
    jx a0

    /* Kernel, user and double exception vectors are 32, 80 and 112 bytes behind VECBASE; each has room for a jump only. */
    .section .vectors, "ax"
    .org 0x30
    j exception
    .org 0x50
    j exception
    .org 0x70
    j double_exception
    .align 4
    .literal_position
exception:
    rsr.exccause a2
    rsr.epc1 a3
    rsr.excvaddr a4
    movi a0, sim_exception
    jx a0
double_exception:
    rsr.exccause a2
    rsr.depc a3
    rsr.excvaddr a4
    movi a0, sim_exception
    jx a0

    .text
    .align 4
    .literal_position
    .global start
start:
    movi a1, __stack
    movi a2, 0
    wsr.ps a2           /* leaves the exception mode of the reset, interrupts stay masked by INTENABLE = 0 */
    rsync
    movi a2, __bss_start
    movi a3, __bss_end
    movi a4, 0
    j 2f
1:  s32i a4, a2, 0
    addi a2, a2, 4
2:  bltu a2, a3, 1b
    call0 main
    mov a3, a2          /* exit code */
    movi a2, 1          /* SYS_exit of the simulator's call table */
    simcall
3:  j 3b
