/* SPDX-License-Identifier: Apache-2.0
 * message - what is said to a client, in the words of DMTF's Base message registry 1.19, so that its programs understand it and
 * its people can act on it. Events of our own registry are said by event_json. */
#ifndef SERVICE_MESSAGE_H
#define SERVICE_MESSAGE_H

#include "service/json_writer.h"

#define BASE_REGISTRY "Base.1.19."

/*    name  id  severity  message  |  resolution, the words that many end with as RESUBMIT (see message.c) */
#define MESSAGE_TABLE(X)                                                                                                         \
    X(SUCCESS, "Success", "OK", "The request completed successfully.", "None.")                                                  \
    X(GENERAL_ERROR, "GeneralError", "Critical",                                                                                 \
      "A general error has occurred.  See Resolution for information on how to resolve the error, or @Message.ExtendedInfo if "  \
      "Resolution is not provided.",                                                                                             \
      "None.")                                                                                                                   \
    X(INTERNAL_ERROR, "InternalError", "Critical",                                                                               \
      "The request failed due to an internal service error.  The service is still operational.",                                 \
      "Resubmit the request.  If the problem persists, consider resetting the service.")                                         \
    X(MALFORMED_JSON, "MalformedJSON", "Critical",                                                                               \
      "The request body submitted was malformed JSON and could not be parsed by the receiving service.",                         \
      "Ensure that the request body is valid JSON and resubmit the request.")                                                    \
    X(UNRECOGNIZED_BODY, "UnrecognizedRequestBody", "Warning",                                                                   \
      "The service detected a malformed request body that it was unable to interpret.",                                          \
      "Correct the request body and resubmit the request if it failed.")                                                         \
    X(NO_OPERATION, "NoOperation", "Warning",                                                                                    \
      "The request body submitted contain no data to act upon and no changes to the resource took place.",                       \
      "Add properties in the JSON object and resubmit the request.")                                                             \
    X(PAYLOAD_TOO_LARGE, "PayloadTooLarge", "Critical",                                                                          \
      "The supplied payload exceeds the maximum size supported by the service.",                                                 \
      "Check that the supplied payload is correct and supported by this service.")                                               \
    X(HEADER_INVALID, "HeaderInvalid", "Critical", "Header '%1' is invalid.",                                                    \
      "Resubmit the request with a valid request header.")                                                                       \
    X(PRECONDITION_FAILED, "PreconditionFailed", "Critical",                                                                     \
      "The ETag supplied did not match the ETag required to change this resource.",                                              \
      "Try the operation again using the appropriate ETag.")                                                                     \
    X(OPERATION_NOT_ALLOWED, "OperationNotAllowed", "Critical", "The HTTP method is not allowed on this resource.", "None.")     \
    X(NO_VALID_SESSION, "NoValidSession", "Critical", "There is no valid session established with the implementation.",          \
      "Establish a session before attempting any operations.")                                                                   \
    X(INSUFFICIENT_PRIVILEGE, "InsufficientPrivilege", "Critical",                                                               \
      "There are insufficient privileges for the account or credentials associated with the current session to perform the "     \
      "requested operation.",                                                                                                    \
      "Either abandon the operation or change the associated access rights and resubmit the request if the operation failed.")   \
    X(PASSWORD_CHANGE_REQUIRED, "PasswordChangeRequired", "Critical",                                                            \
      "The password provided for this account must be changed before access is granted.  PATCH the Password property for this "  \
      "account located at the target URI '%1' to complete this process.",                                                        \
      "Change the password for this account using a PATCH to the Password property at the URI provided.")                        \
    X(RESOURCE_MISSING, "ResourceMissingAtURI", "Critical", "The resource at the URI '%1' was not found.",                       \
      "Place a valid resource at the URI or correct the URI and resubmit the request.")                                          \
    X(RESOURCE_NOT_FOUND, "ResourceNotFound", "Critical", "The requested resource of type %1 named '%2' was not found.",         \
      "Provide a valid resource identifier and resubmit the request.")                                                           \
    X(RESOURCE_ALREADY_EXISTS, "ResourceAlreadyExists", "Critical",                                                              \
      "The requested resource of type %1 with the property %2 with the value '%3' already exists.",                              \
      "Do not repeat the create operation as the resource was already created.")                                                 \
    X(RESOURCE_CANNOT_BE_DELETED, "ResourceCannotBeDeleted", "Critical",                                                         \
      "The delete request failed because the resource requested cannot be deleted.",                                             \
      "Do not attempt to delete a non-deletable resource.")                                                                      \
    X(CREATE_LIMIT_REACHED, "CreateLimitReachedForResource", "Critical",                                                         \
      "The create operation failed because the resource has reached the limit of possible resources.",                           \
      "Either delete resources and resubmit the request if the operation failed or do not resubmit the request.")                \
    X(RESOURCE_IN_USE, "ResourceInUse", "Warning",                                                                               \
      "The change to the requested resource failed because the resource is in use or in transition.",                            \
      "Remove the condition and resubmit the request if the operation failed.")                                                  \
    X(RESOURCE_IN_STANDBY, "ResourceInStandby", "Critical",                                                                      \
      "The request could not be performed because the resource is in standby.",                                                  \
      "Ensure that the resource is in the correct power state and resubmit the request.")                                        \
    X(PROPERTY_UNKNOWN, "PropertyUnknown", "Warning",                                                                            \
      "The property %1 is not in the list of valid properties for the resource.",                                                \
      "Remove the unknown property from the request body and" RESUBMIT)                                                          \
    X(PROPERTY_NOT_WRITABLE, "PropertyNotWritable", "Warning",                                                                   \
      "The property %1 is a read-only property and cannot be assigned a value.",                                                 \
      "Remove the property from the request body and" RESUBMIT)                                                                  \
    X(PROPERTY_MISSING, "PropertyMissing", "Warning",                                                                            \
      "The property %1 is a required property and must be included in the request.",                                             \
      "Ensure that the property is in the request body and has a valid value and" RESUBMIT)                                      \
    X(PROPERTY_DUPLICATE, "PropertyDuplicate", "Warning", "The property %1 was duplicated in the request.",                      \
      "Remove the duplicate property from the request body and" RESUBMIT)                                                        \
    X(PROPERTY_VALUE_TYPE, "PropertyValueTypeError", "Warning",                                                                  \
      "The value '%1' for the property %2 is not a type that the property can accept.",                                          \
      "Correct the value for the property in the request body and" RESUBMIT)                                                     \
    X(PROPERTY_VALUE_FORMAT, "PropertyValueFormatError", "Warning",                                                              \
      "The value '%1' for the property %2 is not a format that the property can accept.",                                        \
      "Correct the value for the property in the request body and" RESUBMIT)                                                     \
    X(PROPERTY_VALUE_NOT_IN_LIST, "PropertyValueNotInList", "Warning",                                                           \
      "The value '%1' for the property %2 is not in the list of acceptable values.",                                             \
      "Choose a value from the enumeration list that the implementation can support and" RESUBMIT)                               \
    X(PROPERTY_VALUE_OUT_OF_RANGE, "PropertyValueOutOfRange", "Warning",                                                         \
      "The value '%1' for the property %2 is not in the supported range of acceptable values.",                                  \
      "Correct the value for the property in the request body and" RESUBMIT)                                                     \
    X(PROPERTY_VALUE_ERROR, "PropertyValueError", "Warning", "The value provided for the property %1 is not valid.",             \
      "Correct the value for the property in the request body and" RESUBMIT)                                                     \
    X(STRING_TOO_LONG, "StringValueTooLong", "Warning", "The string '%1' exceeds the length limit %2.",                          \
      "Resubmit the request with an appropriate string length.")                                                                 \
    X(PARAMETER_MISSING, "ActionParameterMissing", "Critical",                                                                   \
      "The action %1 requires the parameter %2 to be present in the request body.",                                              \
      "Supply the action with the required parameter in the request body when the request is resubmitted.")                      \
    X(PARAMETER_UNKNOWN, "ActionParameterUnknown", "Warning", "The action %1 was submitted with the invalid parameter %2.",      \
      "Correct the invalid action parameter and" RESUBMIT)                                                                       \
    X(PARAMETER_VALUE_TYPE, "ActionParameterValueTypeError", "Warning",                                                          \
      "The value '%1' for the parameter %2 in the action %3 is not a type that the parameter can accept.",                       \
      "Correct the value for the parameter in the request body and" RESUBMIT)                                                    \
    X(PARAMETER_VALUE_NOT_IN_LIST, "ActionParameterValueNotInList", "Warning",                                                   \
      "The value '%1' for the parameter %2 in the action %3 is not in the list of acceptable values.",                           \
      "Choose a value from the enumeration list that the implementation can support and" RESUBMIT)                               \
    X(PARAMETER_VALUE_ERROR, "ActionParameterValueError", "Warning",                                                             \
      "The value for the parameter %1 in the action %2 is invalid.",                                                             \
      "Correct the value for the parameter in the request body and" RESUBMIT)                                                    \
    X(PARAMETER_VALUE_FORMAT, "ActionParameterValueFormatError", "Warning",                                                      \
      "The value '%1' for the parameter %2 in the action %3 is not a format that the parameter can accept.",                     \
      "Correct the value for the parameter in the request body and" RESUBMIT)                                                    \
    X(ARRAY_TOO_LONG, "ArraySizeTooLong", "Warning", "The array provided for property %1 exceeds the size limit %2.",            \
      "Resubmit the request with an appropriate array size.")                                                                    \
    X(QUERY_UNSUPPORTED, "QueryParameterUnsupported", "Warning", "Query parameter '%1' is not supported.",                       \
      "Correct or remove the query parameter and resubmit the request.")                                                         \
    X(QUERY_NOT_ON_RESOURCE, "QueryNotSupportedOnResource", "Warning", "Querying is not supported on the requested resource.",   \
      "Remove the query parameters and" RESUBMIT)                                                                                \
    X(QUERY_NOT_ON_OPERATION, "QueryNotSupportedOnOperation", "Warning",                                                         \
      "Querying is not supported with the requested operation.", "Remove the query parameters and" RESUBMIT)                     \
    X(QUERY_VALUE_TYPE, "QueryParameterValueTypeError", "Warning",                                                               \
      "The value '%1' for the query parameter %2 is not a type that the parameter can accept.",                                  \
      "Correct the value for the query parameter in the request and" RESUBMIT)                                                   \
    X(QUERY_VALUE_FORMAT, "QueryParameterValueFormatError", "Warning",                                                           \
      "The value '%1' for the parameter %2 is not a format that the parameter can accept.",                                      \
      "Correct the value for the query parameter in the request and" RESUBMIT)                                                   \
    X(QUERY_OUT_OF_RANGE, "QueryParameterOutOfRange", "Warning",                                                                 \
      "The value '%1' for the query parameter %2 is out of range %3.",                                                           \
      "Reduce the value for the query parameter to a value that is within range, such as a start or count value that is within " \
      "bounds of the number of resources in a collection or a page number that is within the range of valid pages.")

enum message_id {
#define X(name, id, severity, text, resolution) MESSAGE_##name,
    MESSAGE_TABLE(X)
#undef X
};

struct message {
    enum message_id id;
    const char *arg[3];     /* what %1 %2 %3 stand for */
    const char *related;    /* JSON pointer of the property at fault, "#/AssetTag", or NULL */
    const char *resolution; /* better words than the registry's, or NULL */
};

/* A message to hand to a function: MESSAGE(SUCCESS), MESSAGE(PROPERTY_MISSING, .arg = {"UserName"}). */
#define MESSAGE(...) (&(const struct message){.id = MESSAGE_##__VA_ARGS__})

/* The registry's key, without version: "PropertyMissing". */
const char *message_name(enum message_id id);
/* One Message object, as in @Message.ExtendedInfo. */
void message_write(struct json_writer *w, const struct message *message);
/* Fills in the arguments, always terminated, cut at size. */
void message_text(const struct message *message, char *out, size_t size);

#endif
