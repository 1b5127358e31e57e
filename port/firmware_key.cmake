# SPDX-License-Identifier: Apache-2.0
# The key by which an update of the firmware is trusted (docs/update.md). SUPER4C_FIRMWARE_KEY names a PEM file with the public
# half of a release key, P-256. Without it the build makes a pair of its own, for development: what is signed with it is taken by
# the firmware of this build directory alone. Sets firmware_key_include,
# below which port/firmware_key.h is.
set(SUPER4C_FIRMWARE_KEY "" CACHE FILEPATH "Public P-256 key (PEM) that updates must be signed by; empty: one made for this build")
find_program(OPENSSL openssl REQUIRED)

set(firmware_key_include ${CMAKE_BINARY_DIR}/firmware-key)
set(firmware_public_key ${SUPER4C_FIRMWARE_KEY})
if(NOT firmware_public_key)
  set(firmware_public_key ${firmware_key_include}/public.pem)
  if(NOT EXISTS ${firmware_public_key})
    file(MAKE_DIRECTORY ${firmware_key_include})
    execute_process(COMMAND ${OPENSSL} genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private.pem
                    WORKING_DIRECTORY ${firmware_key_include} COMMAND_ERROR_IS_FATAL ANY)
    file(CHMOD ${firmware_key_include}/private.pem PERMISSIONS OWNER_READ OWNER_WRITE)
    execute_process(COMMAND ${OPENSSL} pkey -in private.pem -pubout -out public.pem
                    WORKING_DIRECTORY ${firmware_key_include} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${firmware_public_key})

# RFC 5480: after 26 bytes that are the same for each P-256 key comes the point, 65 bytes.
execute_process(COMMAND ${OPENSSL} pkey -pubin -in ${firmware_public_key} -outform DER -out ${firmware_key_include}/public.der
                COMMAND_ERROR_IS_FATAL ANY)
file(READ ${firmware_key_include}/public.der key_hex HEX)
if(NOT key_hex MATCHES "^3059301306072a8648ce3d020106082a8648ce3d030107034200(04[0-9a-f]+)$")
  message(FATAL_ERROR "${firmware_public_key} is no public key on the curve P-256")
endif()
string(REGEX REPLACE "(..)" "0x\\1, " key_bytes ${CMAKE_MATCH_1})
file(CONFIGURE OUTPUT ${firmware_key_include}/port/firmware_key.h CONTENT
"/* Made by port/firmware_key.cmake. */
static const unsigned char firmware_key[65] = {${key_bytes}};
")
