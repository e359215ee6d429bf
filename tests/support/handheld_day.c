/* A day with a bit of everything in it. */
#include "handheld.h"

void handheld_spend_day(struct handheld *h)
{
    handheld_enrol(h);
    handheld_keys(h, "f1 cancel");
    handheld_type(h, UTILITY_USER);
    handheld_keys(h, "ok 1 1 1 1 ok");
    handheld_type(h, UTILITY_PIN);
    handheld_keys(h, "ok");
    handheld_open_shift(h, "321*50");
    handheld_keys(h, "3 cancel 4 cancel 6 cancel");
    handheld_walk(h, 0);
    handheld_keys(h, "ok ok 2 0 0 ok ok");                     /* change */
    handheld_keys(h, "ok f2 1 0 0 0 ok cancel cancel cancel"); /* the odd sum */
    handheld_keys(h, "down ok cancel");                        /* one who owes nothing */
    handheld_keys(h, "down down ok ok 5 0 ok f2 ok ok");       /* late fee, too little, a part */
    handheld_keys(h, "9 9 9 9 9 cancel cancel cancel");        /* nobody */
    handheld_expect_screen(h, "home");
    handheld_signal(h, NETWORK_NONE);
    sim_printer_set(h->world, SIM_PRINTER_OUT);
    handheld_open_customer(h, CUSTOMER_LARGE);
    handheld_keys(h, "ok ok");
    sim_printer_set(h->world, SIM_PRINTER_OK);
    handheld_wait(h, 1000);
    handheld_keys(h, "ok ok 4 cancel 3 ok ok");
    handheld_wait(h, 3 * 86400 * INT64_C(1000));
    h->utility->down = true;
    handheld_signal(h, NETWORK_GPRS);
    handheld_keys(h, "4 cancel");
    h->utility->down = false;
    h->utility->stopped = true;
    handheld_wait(h, 1000);
    handheld_open_customer(h, CUSTOMER_SMALL);
    handheld_keys(h, "ok ok cancel cancel 6 ok");
    handheld_expect_screen(h, "login");
}
