/* SPDX-License-Identifier: Apache-2.0
 * module - what is the same in every module that fits a socket, the Raspberry Pi Compute Module 5, and in every node around it.
 * From the CM5 datasheet and the board's schematic v1.2. What differs from module to module, such as its memory's size or a
 * serial number, no wire tells the controller: it stays out until the node's agent brings it. */
#ifndef SERVICE_REDFISH_MODULE_H
#define SERVICE_REDFISH_MODULE_H

#define MODULE_MANUFACTURER "Raspberry Pi"
#define MODULE_MODEL        "Compute Module 5"

#define MODULE_CPU_MANUFACTURER "Broadcom"
#define MODULE_CPU_MODEL        "BCM2712" /* Cortex-A76 */
#define MODULE_CPU_ARCHITECTURE "ARM"
#define MODULE_CPU_INSTRUCTIONS "ARM-A64"
#define MODULE_CPU_CORE_COUNT   4
#define MODULE_CPU_THREAD_COUNT 4
#define MODULE_CPU_MAX_MHZ      2400

#define MODULE_RAM_TYPE "LPDDR4_SDRAM"

#endif
