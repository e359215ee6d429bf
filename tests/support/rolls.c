#include "rolls.h"

void roll_profile_of_printer(const struct printer_profile *printer,
                             struct roll_profile *profile_out)
{
    unsigned features =
        ROLL_CAN_RASTER | ROLL_CAN_REPORT | ROLL_CAN_REALTIME | ROLL_CAN_AUTO_STATUS;
    if (printer->raster_only) {
        features |= ROLL_ONLY_RASTER;
    } else {
        features |= ROLL_CAN_BOLD | ROLL_CAN_INVERSE | ROLL_CAN_SIZE;
    }
    if (printer->gb18030) {
        features |= ROLL_CAN_HAN_SWITCH;
    }
    if (printer->native_qr) {
        features |= ROLL_CAN_QR;
    }
    if (printer->cutter != PROFILE_CUT_NONE) {
        features |= ROLL_CAN_CUT;
    }
    if (printer->code_page >= 0) {
        features |= ROLL_CAN_CODE_PAGE;
    }
    static const unsigned densities[] = {0, ROLL_CAN_DENSITY, ROLL_CAN_DENSITY_DC2, ROLL_CAN_HEAT};
    features |= densities[printer->density];
    /* What a Chinese profile promises is two bytes: a fourth byte would be a mistake of ours. */
    *profile_out =
        (struct roll_profile){.dots = printer->dots,
                              .charset = printer->gb18030 ? ROLL_CHARSET_GBK : ROLL_CHARSET_ASCII,
                              .features = features,
                              .size_max = 2,
                              .raster_rows_max = printer->raster_rows,
                              .qr_bytes_max = printer->qr_bytes};
}
