# SPDX-License-Identifier: Apache-2.0
# The warnings of the repository's own build, for a component's files; but -Wundef, which IDF's own <stdio.h> does not stand.
target_compile_options(${COMPONENT_LIB} PRIVATE -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
  -Wvla)
