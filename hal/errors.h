/* SPDX-License-Identifier: Apache-2.0
 * Errors that every hardware interface may return. 0 is success, all others are negative. */
#ifndef HAL_ERRORS_H
#define HAL_ERRORS_H

enum hal_error {
    HAL_OK = 0,
    HAL_ERR_IO = -1,        /* the other side broke off or answered nonsense */
    HAL_ERR_NACK = -2,      /* no device acknowledged the address or a byte */
    HAL_ERR_TIMEOUT = -3,   /* I2C: a line is held low; else: no answer in time */
    HAL_ERR_NOT_FOUND = -4, /* store: no such key */
    HAL_ERR_TOO_LARGE = -5, /* store: the value does not fit the buffer or the store */
    HAL_ERR_FULL = -6,      /* store: no room left */
    HAL_ERR_ARGUMENT = -7,  /* a pin, address or key that does not exist */
};

#endif
