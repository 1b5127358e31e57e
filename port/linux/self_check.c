/* SPDX-License-Identifier: Apache-2.0 */
#include "port/linux/self_check.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define URL_SIZE 128

static const char *reachable(const char *listen) {
    if (strcmp(listen, "0.0.0.0") == 0) return "127.0.0.1";
    return strcmp(listen, "::") == 0 ? "::1" : listen;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): as libcurl declares it */
static size_t drop(char *data, size_t size, size_t count, void *ctx) {
    (void)data, (void)ctx;
    return size * count;
}

bool self_check_sign_in(const char *listen, uint16_t port) {
    const char *address = reachable(listen);
    bool v6 = strchr(address, ':') != NULL;
    char url[URL_SIZE];
    long status = 0;
    CURL *easy = curl_easy_init();
    if (easy == NULL) return false;
    snprintf(url, sizeof url, "https://%s%s%s:%u/redfish/v1/Managers/BMC", v6 ? "[" : "", address, v6 ? "]" : "", port);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L); /* the alarm is the trial's watchdog */
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)SELF_CHECK_MS);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L); /* whose certificate it is matters to clients; here it is our own */
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    bool answered = curl_easy_perform(easy) == CURLE_OK && curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK;
    curl_easy_cleanup(easy);
    return answered && status == 401;
}
