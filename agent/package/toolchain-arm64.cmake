# SPDX-License-Identifier: Apache-2.0
# clang, because Debian's gcc for arm64 cannot be installed beside gcc-multilib; Debian's cross libc and binutils.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu)
