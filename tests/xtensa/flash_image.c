/* SPDX-License-Identifier: Apache-2.0
 * What the linker needs beside core and service to make them one image, so that size-report can weigh them as they lie in flash:
 * with calls shortened and equal texts merged. Nothing of it runs. */
#include "service/http.h"

const struct http_asset http_assets[1];
const size_t http_asset_count;

#define STUB(name)                                                                                                               \
    void name(void);                                                                                                             \
    void name(void) {}

/* cJSON is a component of its own. */
STUB(cJSON_GetObjectItemCaseSensitive)
STUB(cJSON_InitHooks)
STUB(cJSON_IsArray)
STUB(cJSON_IsBool)
STUB(cJSON_IsNumber)
STUB(cJSON_IsObject)
STUB(cJSON_IsString)
STUB(cJSON_IsTrue)
STUB(cJSON_ParseWithLengthOpts)
/* libgcc lacks these here; see tests/support/xtensa. */
STUB(__floatsidf)

int main(void) { return 0; }
