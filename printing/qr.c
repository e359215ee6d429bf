#include "qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

/* ISO/IEC 18004:2015 table 7: alphanumeric characters at level M, versions 1 to 11. */
static const uint16_t capacity[QR_VERSION_MAX] = {20,  38,  61,  90,  122, 154,
                                                  178, 221, 262, 311, 366};

static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

int qr_side(size_t size)
{
    for (int version = 1; version <= QR_VERSION_MAX; version++) {
        if (size <= capacity[version - 1]) {
            return 17 + 4 * version;
        }
    }
    return 0;
}

int qr_module_dots(int side, int dots)
{
    int module = dots / (side + 2 * QR_QUIET);
    return module < QR_MODULE_MAX ? module : QR_MODULE_MAX;
}

bool qr_is_alphanumeric(const char *text)
{
    return strspn(text, alphanumeric) == strlen(text);
}

enum till_status qr_encode(const char *text, struct qr *qr_out)
{
    size_t size = strlen(text);
    if (size == 0 || !qr_is_alphanumeric(text)) {
        return TILL_BAD_INPUT;
    }
    if (qr_side(size) == 0) {
        return TILL_TOO_LARGE;
    }
    QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
    if (input == NULL) {
        return TILL_E_MEMORY;
    }
    QRcode *code = NULL;
    if (QRinput_append(input, QR_MODE_AN, (int)size, (const unsigned char *)text) == 0) {
        code = QRcode_encodeInput(input);
    }
    enum till_status status = TILL_OK;
    if (code == NULL) {
        status = errno == ENOMEM ? TILL_E_MEMORY : TILL_TOO_LARGE;
    } else if (code->width > QR_SIDE_MAX) {
        status = TILL_TOO_LARGE;
    } else {
        qr_out->side = code->width;
        for (int i = 0; i < code->width * code->width; i++) {
            qr_out->modules[i] = code->data[i] & 1; /* the other bits are the library's own */
        }
    }
    QRcode_free(code);
    QRinput_free(input);
    return status;
}
