/* SPDX-License-Identifier: Apache-2.0
 * The controller as a resource: its protocols, its interface, its certificate, its resets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/defaults.h"
#include "tests/unit/service/fixture.h"

#define BMC          "/redfish/v1/Managers/BMC"
#define PROTOCOL     BMC "/NetworkProtocol"
#define CERTIFICATES PROTOCOL "/HTTPS/Certificates"
#define NIC          BMC "/EthernetInterfaces/eth0"
#define REQUEST      "POST /redfish/v1/CertificateService/Actions/CertificateService.GenerateCSR"
#define REPLACE      "POST /redfish/v1/CertificateService/Actions/CertificateService.ReplaceCertificate"
#define COLLECTION   "\"CertificateCollection\": {\"@odata.id\": \"" CERTIFICATES "\"}"
#define URI          "\"CertificateUri\": {\"@odata.id\": \"" CERTIFICATES "/1\"}"

static struct fixture f;

static int setup(void **state) {
    (void)state;
    fixture_begin(&f);
    f.core.link_up = true;
    f.core.network.ssdp_port = 1900;
    f.core.network.https_port = 8443;
    sign_in(&f, "admin", FIXTURE_PASSWORD);
    return 0;
}

static void assert_refused(const char *line, const char *body, const char *error, const char *related) {
    assert_int_equal(request(&f, line, body), 400);
    assert_string_equal(error_name(&f), error);
    assert_string_equal(error_related(&f), related);
}

/* ---- the manager ---- */

static void the_manager_leads_everywhere(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " BMC, NULL), 200);
    assert_string_equal(member(&f, "Links/ManagerForChassis/4/@odata.id"), "/redfish/v1/Chassis/Node4");
    assert_string_equal(member(&f, "Links/ActiveSoftwareImage/@odata.id"), "/redfish/v1/UpdateService/FirmwareInventory/BMC_A");
    assert_string_equal(member(&f, "NetworkProtocol/@odata.id"), PROTOCOL);
    assert_string_equal(member(&f, "Actions/#Manager.Reset/@Redfish.ActionInfo"), BMC "/ResetActionInfo");
    assert_string_equal(member(&f, "@odata.etag"), f.x.response.etag);
    assert_int_equal(request(&f, "GET " BMC "/ResetActionInfo", NULL), 200);
    assert_string_equal(member(&f, "Parameters/0/AllowableValues/0"), "ForceRestart");
    assert_int_equal(request(&f, "GET /redfish/v1/UpdateService/FirmwareInventory/BMC_B", NULL), 200);
    assert_string_equal(member(&f, "Status/State"), "Absent");
    assert_string_equal(member(&f, "Version"), "(absent)");
}

static void the_clock_is_not_ours_to_set(void **state) {
    (void)state;
    assert_refused("PATCH " BMC, "{\"DateTime\": \"2026-01-01T00:00:00Z\"}", "PropertyNotWritable", "#/DateTime");
    assert_int_equal(request(&f, "PATCH " BMC, "{\"LocationIndicatorActive\": true}"), 200);
    assert_true(f.core.settings.board_locate);
    assert_string_equal(f.saved_key[0], "settings");
}

static void reset_to_defaults_is_stored_before_it_is_promised(void **state) {
    (void)state;
    assert_int_equal(request(&f, "POST " BMC "/Actions/Manager.ResetToDefaults", "{\"ResetType\": \"ResetAll\"}"), 204);
    assert_string_equal(f.saved_key[0], DEFAULTS_KEY);
    assert_int_equal(f.saved_size[0], DEFAULTS_RECORD_SIZE);
    assert_true(f.core.restart_requested);
    assert_string_equal(latest_text(&f, EVENT_DEFAULTS_ORDERED), "ResetAll");
    assert_string_equal(latest_event(&f, EVENT_DEFAULTS_ORDERED)->event.origin.actor, "admin");
}

static void reset_to_defaults_refused(void **state) {
    (void)state;
    assert_refused("POST " BMC "/Actions/Manager.ResetToDefaults", "{\"ResetType\": \"PreserveNetwork\"}",
                   "ActionParameterValueNotInList", "#/ResetType");
    f.store_fails = true;
    assert_int_equal(request(&f, "POST " BMC "/Actions/Manager.ResetToDefaults", "{\"ResetType\": \"ResetAll\"}"), 500);
    assert_false(f.core.restart_requested);
    f.store_fails = false;
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, "POST " BMC "/Actions/Manager.ResetToDefaults", "{\"ResetType\": \"ResetAll\"}"), 403);
    assert_false(f.core.restart_requested);
}

/* ---- protocols ---- */

static void patch_servers(const char *array) {
    char body[400];
    snprintf(body, sizeof body, "{\"NTP\": {\"NTPServers\": %s}}", array);
    assert_int_equal(request(&f, "PATCH " PROTOCOL, body), 200);
}

static void assert_servers(const char *first, const char *second, const char *third) {
    assert_int_equal(request(&f, "GET " PROTOCOL, NULL), 200);
    assert_string_equal(member(&f, "NTP/NTPServers/0"), first);
    assert_string_equal(member(&f, "NTP/NTPServers/1"), second);
    assert_string_equal(member(&f, "NTP/NTPServers/2"), third);
}

static void ntp_servers_are_patched_as_an_array(void **state) {
    (void)state;
    patch_servers("[\"a.example\", \"b.example\", \"2001:db8::1\"]");
    assert_servers("a.example", "b.example", "2001:db8::1");
    patch_servers("[{}, null, {}]");
    assert_servers("a.example", "2001:db8::1", "(absent)");
    patch_servers("[null, \"d.example\"]");
    assert_servers("d.example", "(absent)", "(absent)");
    patch_servers("[{}, \"e.example\", \"f.example\", null, null, null, null]");
    assert_servers("d.example", "e.example", "f.example");
    patch_servers("[\"g.example\"]");
    assert_servers("g.example", "(absent)", "(absent)");
    patch_servers("[]");
    assert_servers("(absent)", "(absent)", "(absent)");
    assert_int_equal(request(&f, "PATCH " PROTOCOL, "{\"NTP\": {\"ProtocolEnabled\": false}}"), 200);
    assert_false(f.core.settings.ntp_enabled);
}

static void bad_ntp_servers_are_refused(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"[1]", "PropertyValueTypeError"},
        {"[\"\"]", "PropertyValueFormatError"},
        {"[\"a b\"]", "PropertyValueFormatError"},
        {"[\"-a\"]", "PropertyValueFormatError"},
        {"[{}]", "PropertyValueTypeError"}, /* nothing there to keep */
        {"[{\"a\": 1}]", "PropertyValueTypeError"},
        {"[\"a\", \"b\", \"c\", \"d\", \"e\"]", "ArraySizeTooLong"},
        {"[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]", "PropertyValueFormatError"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char body[200];
        snprintf(body, sizeof body, "{\"NTP\": {\"NTPServers\": %s}}", bad[i][0]);
        assert_refused("PATCH " PROTOCOL, body, bad[i][1], "#/NTP/NTPServers");
    }
    assert_int_equal(f.save_count, 0);
}

static void ssdp_is_set_and_bounded(void **state) {
    (void)state;
    const char *const body =
        "{\"SSDP\": {\"ProtocolEnabled\": false, \"NotifyTTL\": 255, \"NotifyMulticastIntervalSeconds\": 0}}";
    assert_int_equal(request(&f, "PATCH " PROTOCOL, body), 200);
    assert_string_equal(member(&f, "SSDP/ProtocolEnabled"), "false");
    assert_string_equal(member(&f, "SSDP/NotifyTTL"), "255");
    assert_string_equal(member(&f, "SSDP/NotifyMulticastIntervalSeconds"), "0");
    assert_refused("PATCH " PROTOCOL, "{\"SSDP\": {\"NotifyTTL\": 256}}", "PropertyValueOutOfRange", "#/SSDP/NotifyTTL");
    assert_refused("PATCH " PROTOCOL, "{\"SSDP\": {\"NotifyTTL\": 0}}", "PropertyValueOutOfRange", "#/SSDP/NotifyTTL");
    assert_refused("PATCH " PROTOCOL, "{\"SSDP\": {\"NotifyMulticastIntervalSeconds\": 59}}", "PropertyValueOutOfRange",
                   "#/SSDP/NotifyMulticastIntervalSeconds");
    assert_refused("PATCH " PROTOCOL, "{\"HTTPS\": {\"Port\": 1}}", "PropertyNotWritable", "#/HTTPS/Port");
    assert_int_equal(f.save_count, 1);
}

static void ssdp_that_cannot_be_is_not_promised(void **state) {
    (void)state;
    f.core.network.ssdp_port = 0;
    assert_int_equal(request(&f, "GET " PROTOCOL, NULL), 200);
    assert_string_equal(member(&f, "SSDP/ProtocolEnabled"), "false");
    assert_string_equal(member(&f, "SSDP/Port"), "(absent)");
    assert_refused("PATCH " PROTOCOL, "{\"SSDP\": {\"ProtocolEnabled\": true}}", "PropertyValueError", "#/SSDP/ProtocolEnabled");
    assert_int_equal(request(&f, "PATCH " PROTOCOL, "{\"SSDP\": {\"ProtocolEnabled\": false}}"), 200);
}

/* ---- the interface ---- */

static void what_is_not_known_of_the_interface_is_not_shown(void **state) {
    (void)state;
    assert_int_equal(request(&f, "GET " NIC, NULL), 200);
    assert_string_equal(member(&f, "LinkStatus"), "LinkUp");
    static const char *const unknown[] = {"MACAddress",    "SpeedMbps",     "FullDuplex", "MTUSize",
                                          "IPv4Addresses", "IPv6Addresses", "NameServers"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) assert_string_equal(member(&f, unknown[i]), "(absent)");
}

static void the_interface_as_the_port_sees_it(void **state) {
    (void)state;
    f.core.network = (struct network){.name = "enp3s0",
                                      .mac = {2, 0xfc, 0, 0, 0, 1},
                                      .duplex = NETWORK_FULL_DUPLEX,
                                      .ipv4 = {192, 0, 2, 2},
                                      .ipv4_prefix = 23,
                                      .ipv4_origin = NETWORK_DHCP,
                                      .ipv4_gateway = {192, 0, 2, 1},
                                      .ipv6 = {{.address = {0xfe, 0x80, [15] = 1}, .prefix = 64, .origin = NETWORK_LINK_LOCAL}},
                                      .name_server = {{[10] = 0xff, [11] = 0xff, [12] = 9, [13] = 9, [14] = 9, [15] = 9}},
                                      .speed_mbps = 100,
                                      .mtu = 1500};
    assert_int_equal(request(&f, "GET " NIC, NULL), 200);
    assert_string_equal(member(&f, "MACAddress"), "02:FC:00:00:00:01");
    assert_string_equal(member(&f, "FullDuplex"), "true");
    assert_string_equal(member(&f, "IPv4Addresses/0/Address"), "192.0.2.2");
    assert_string_equal(member(&f, "IPv4Addresses/0/SubnetMask"), "255.255.254.0");
    assert_string_equal(member(&f, "IPv4Addresses/0/AddressOrigin"), "DHCP");
    assert_string_equal(member(&f, "IPv4Addresses/0/Gateway"), "192.0.2.1");
    assert_string_equal(member(&f, "IPv6Addresses/0/AddressOrigin"), "LinkLocal");
    assert_string_equal(member(&f, "IPv6Addresses/0/AddressState"), "Preferred");
    assert_string_equal(member(&f, "IPv6Addresses/1"), "(absent)");
    assert_string_equal(member(&f, "NameServers/0"), "9.9.9.9");
    assert_string_equal(member(&f, "SpeedMbps"), "100");
}

static void the_host_name_is_a_label(void **state) {
    (void)state;
    assert_int_equal(request(&f, "PATCH " NIC, "{\"HostName\": \"rack-7\"}"), 200);
    assert_string_equal(member(&f, "HostName"), "rack-7");
    assert_refused("PATCH " NIC, "{\"HostName\": \"-rack\"}", "PropertyValueFormatError", "#/HostName");
    assert_refused("PATCH " NIC, "{\"HostName\": \"a.b\"}", "PropertyValueFormatError", "#/HostName");
    assert_refused("PATCH " NIC, "{\"HostName\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "StringValueTooLong", "#/HostName");
    assert_refused("PATCH " NIC, "{\"IPv4Addresses\": []}", "PropertyNotWritable", "#/IPv4Addresses");
    assert_int_equal(request(&f, "PATCH " BMC "/EthernetInterfaces/eth1", "{\"HostName\": \"x\"}"), 404);
    assert_string_equal(f.core.settings.host_name, "rack-7");
}

/* ---- certificates ---- */

static void the_certificate_is_shown(void **state) {
    (void)state;
    f.certificate = (struct certificate){.pem = "-----BEGIN CERTIFICATE-----\n",
                                         .subject = {.common_name = "super4c.example", .country = "KR"},
                                         .issuer = {.common_name = "Authority"},
                                         .alternative = {"super4c.example", "192.0.2.7"},
                                         .fingerprint = {0xab, [31] = 0x01},
                                         .serial = {0x4f, 0x00},
                                         .serial_size = 2,
                                         .usage = 1u << USAGE_DIGITAL_SIGNATURE | 1u << USAGE_SERVER_AUTHENTICATION,
                                         .not_before_ms = FIXTURE_WALL_MS,
                                         .not_after_ms = FIXTURE_WALL_MS + 86400000};
    assert_int_equal(request(&f, "GET " CERTIFICATES "/1", NULL), 200);
    assert_string_equal(member(&f, "Subject/CommonName"), "super4c.example");
    assert_string_equal(member(&f, "Subject/AlternativeNames/1"), "192.0.2.7");
    assert_string_equal(member(&f, "Subject/Organization"), "(absent)");
    assert_string_equal(member(&f, "Issuer/CommonName"), "Authority");
    assert_string_equal(member(&f, "SerialNumber"), "4F:00");
    assert_int_equal(strlen(member(&f, "Fingerprint")), 95);
    assert_string_equal(member(&f, "KeyUsage/1"), "ServerAuthentication");
    assert_string_equal(member(&f, "ValidNotBefore"), "2026-01-01T00:00:00.000Z");
    assert_int_equal(request(&f, "GET " CERTIFICATES "?$expand=.", NULL), 200);
    assert_string_equal(member(&f, "Members/0/Subject/Country"), "KR");
    assert_int_equal(request(&f, "GET " CERTIFICATES "/2", NULL), 404);
}

static void make_request(struct fixture *fixture) {
    struct certificate *wanted = &fixture->x.request.certificate;
    assert_int_equal(fixture->x.certify.act, CERTIFY_REQUEST);
    assert_string_equal(wanted->subject.common_name, "super4c.example");
    assert_string_equal(wanted->subject.state, "Seoul");
    assert_string_equal(wanted->subject.unit, "");
    assert_string_equal(wanted->alternative[0], "super4c.example");
    assert_string_equal(wanted->alternative[1], "2001:db8::7");
    assert_string_equal(wanted->alternative[2], "");
    text_copy(wanted->pem, sizeof wanted->pem, "-----BEGIN NEW CERTIFICATE REQUEST-----\n");
}

static void a_request_is_made_for_the_names_given(void **state) {
    (void)state;
    f.certify = make_request;
    assert_int_equal(request(&f, REQUEST,
                             "{\"CommonName\": \"super4c.example\", \"State\": \"Seoul\", \"Country\": \"KR\", " COLLECTION
                             ", \"AlternativeNames\": [\"super4c.example\", \"2001:db8::7\"], \"KeyBitLength\": 256,"
                             "\"KeyPairAlgorithm\": \"TPM_ALG_ECDSA\", \"KeyUsage\": [\"DigitalSignature\"]}"),
                     200);
    assert_string_equal(member(&f, "CSRString"), "-----BEGIN NEW CERTIFICATE REQUEST-----\n");
    assert_string_equal(member(&f, "CertificateCollection/@odata.id"), CERTIFICATES);
    assert_string_equal(latest_text(&f, EVENT_CERTIFICATE_REQUESTED), "super4c.example");
}

static void requests_that_cannot_be_met_are_refused(void **state) {
    (void)state;
    static const char *const bad[][3] = {
        {"{" COLLECTION "}", "ActionParameterMissing", "#/CommonName"},
        {"{\"CommonName\": \"a\"}", "ActionParameterMissing", "#/CertificateCollection"},
        {"{\"CommonName\": \"a\", \"CertificateCollection\": {\"@odata.id\": \"/x\"}}", "ActionParameterValueNotInList",
         "#/CertificateCollection"},
        {"{\"CommonName\": \"\", " COLLECTION "}", "ActionParameterValueFormatError", "#/CommonName"},
        {"{\"CommonName\": \"a\\u0007\", " COLLECTION "}", "ActionParameterValueFormatError", "#/CommonName"},
        {"{\"CommonName\": \"a\", \"Country\": \"K\", " COLLECTION "}", "ActionParameterValueFormatError", "#/Country"},
        {"{\"CommonName\": \"a\", \"Country\": \"KOR\", " COLLECTION "}", "ActionParameterValueFormatError", "#/Country"},
        {"{\"CommonName\": \"a\", \"KeyBitLength\": 2048, " COLLECTION "}", "ActionParameterValueFormatError", "#/KeyBitLength"},
        {"{\"CommonName\": \"a\", \"KeyPairAlgorithm\": \"TPM_ALG_RSA\", " COLLECTION "}", "ActionParameterValueFormatError",
         "#/KeyPairAlgorithm"},
        {"{\"CommonName\": \"a\", \"KeyUsage\": [\"KeyCertSign\"], " COLLECTION "}", "ActionParameterValueFormatError",
         "#/KeyUsage"},
        {"{\"CommonName\": \"a\", \"AlternativeNames\": [\"a b\"], " COLLECTION "}", "ActionParameterValueFormatError",
         "#/AlternativeNames"},
        {"{\"CommonName\": \"a\", \"AlternativeNames\": [1], " COLLECTION "}", "ActionParameterValueFormatError",
         "#/AlternativeNames"},
        {"{\"CommonName\": \"a\", \"AlternativeNames\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"], " COLLECTION "}",
         "ActionParameterValueFormatError", "#/AlternativeNames"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_refused(REQUEST, bad[i][0], bad[i][1], bad[i][2]);
    assert_int_equal(f.certify_count, 0);
    sign_in(&f, "operator", FIXTURE_PASSWORD);
    assert_int_equal(request(&f, REQUEST, "{\"CommonName\": \"a\", " COLLECTION "}"), 403);
}

static enum certify_result next_result;

static void take_chain(struct fixture *fixture) {
    assert_int_equal(fixture->x.certify.act, CERTIFY_REPLACE);
    assert_string_equal(fixture->x.certify.pem, "a chain\n");
    fixture->x.certify.result = next_result;
    fixture->x.request.certificate = (struct certificate){.subject = {.common_name = "super4c.example"}};
}

static int replace(enum certify_result result) {
    next_result = result;
    f.certify = take_chain;
    return request(&f, REPLACE, "{\"CertificateString\": \"a chain\\n\", \"CertificateType\": \"PEM\", " URI "}");
}

static void a_certificate_is_replaced_and_told(void **state) {
    (void)state;
    assert_int_equal(replace(CERTIFY_DONE), 204);
    assert_string_equal(latest_text(&f, EVENT_CERTIFICATE_REPLACED), "super4c.example");
}

static void a_refused_certificate_is_refused_in_words(void **state) {
    (void)state;
    for (unsigned result = CERTIFY_MALFORMED; result < CERTIFY_RESULT_COUNT; result++) {
        assert_int_equal(replace((enum certify_result)result), 400);
        assert_string_equal(error_name(&f), "ActionParameterValueError");
        assert_string_equal(error_related(&f), "#/CertificateString");
        assert_true(strlen(member(&f, "error/@Message.ExtendedInfo/0/Resolution")) > 40);
    }
    assert_int_equal(replace(CERTIFY_FAILED), 500);
    assert_int_equal(count_events(&f, EVENT_CERTIFICATE_REPLACED), 0);
    assert_refused(REPLACE, "{\"CertificateString\": \"a\", \"CertificateType\": \"PKCS7\", " URI "}",
                   "ActionParameterValueNotInList", "#/CertificateType");
    assert_refused(REPLACE, "{\"CertificateString\": \"a\", \"CertificateType\": \"PEM\", \"CertificateUri\": {}}",
                   "ActionParameterValueNotInList", "#/CertificateUri");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_manager_leads_everywhere, setup),
        cmocka_unit_test_setup(the_clock_is_not_ours_to_set, setup),
        cmocka_unit_test_setup(reset_to_defaults_is_stored_before_it_is_promised, setup),
        cmocka_unit_test_setup(reset_to_defaults_refused, setup),
        cmocka_unit_test_setup(ntp_servers_are_patched_as_an_array, setup),
        cmocka_unit_test_setup(bad_ntp_servers_are_refused, setup),
        cmocka_unit_test_setup(ssdp_is_set_and_bounded, setup),
        cmocka_unit_test_setup(ssdp_that_cannot_be_is_not_promised, setup),
        cmocka_unit_test_setup(what_is_not_known_of_the_interface_is_not_shown, setup),
        cmocka_unit_test_setup(the_interface_as_the_port_sees_it, setup),
        cmocka_unit_test_setup(the_host_name_is_a_label, setup),
        cmocka_unit_test_setup(the_certificate_is_shown, setup),
        cmocka_unit_test_setup(a_request_is_made_for_the_names_given, setup),
        cmocka_unit_test_setup(requests_that_cannot_be_met_are_refused, setup),
        cmocka_unit_test_setup(a_certificate_is_replaced_and_told, setup),
        cmocka_unit_test_setup(a_refused_certificate_is_refused_in_words, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
