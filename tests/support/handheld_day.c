/* A day with a bit of everything in it. */
#include "handheld.h"
#include "text.h"

/* Months, means and baskets, each left before money is taken but the last. */
static void pay_in_every_way(struct handheld *h)
{
    handheld_open_customer(h, CUSTOMER_MONTHS);
    handheld_keys(h, "f1 1 f2 ok down down ok f2");         /* none chosen; two months */
    handheld_keys(h, "cancel f1 1 0 ok cancel cancel");     /* a part of them */
    handheld_keys(h, "cancel cancel ok right ok 1 2 3 ok"); /* a cheque without a number */
    handheld_keys(h, "9 9 9 ok clear 4 0 ok clear ok");     /* too much, a part, no cash */
    handheld_keys(h, "cancel cancel right left cancel");
    handheld_keys(h, "f1 2 ok cancel f2 down 1 3 8 ok 2 8 5 ok 2 8 5 ok"); /* twice the same */
    handheld_keys(h, "1 3 7 up f1 9 9 9 9 cancel cancel f1");              /* and left */
    handheld_expect_screen(h, "stop");
    handheld_keys(h, "2 2 8 5 ok ok 7 0 0 ok ok"); /* two for one note */
    handheld_expect_screen(h, "home");
}

/* Receipt, balance and list, with the line there. */
static void ask_the_office(struct handheld *h)
{
    char code[PROOF_TEXT_MAX];
    h->utility->elsewhere_minor[CUSTOMER_KEEP] = 1234;
    handheld_open_customer(h, CUSTOMER_KEEP);
    handheld_keys(h, "right ok");
    h->utility->silent = true;
    handheld_keys(h, "right cancel cancel cancel");
    h->utility->silent = false;
    handheld_scan(h, handheld_code(h, handheld_fold(h)->last_receipt_seq, code));
    handheld_keys(h, "down cancel 6 4 0 0 3 2 * 7 ok ok cancel cancel");
    handheld_keys(h, "6");
    handheld_choose(h, _("Collected list"));
    handheld_keys(h, "1 ok 1 ok cancel cancel 2 cancel cancel cancel");
    handheld_expect_screen(h, "home");
}

void handheld_spend_day(struct handheld *h)
{
    handheld_enrol(h);
    handheld_keys(h, "f1 cancel");
    handheld_type(h, UTILITY_USER);
    handheld_keys(h, "ok 1 1 1 1 ok");
    handheld_type(h, UTILITY_PIN);
    handheld_keys(h, "ok");
    handheld_open_shift(h, "321*50");
    handheld_keys(h, "3 cancel 4 cancel 6 0 cancel cancel");
    handheld_walk(h, 0);
    handheld_keys(h, "ok ok 2 0 0 ok ok");                     /* change */
    handheld_keys(h, "ok f2 1 0 0 0 ok cancel cancel cancel"); /* the odd sum */
    handheld_keys(h, "down ok cancel");                        /* one who owes nothing */
    handheld_keys(h, "down down ok ok 5 0 ok f2 ok ok");       /* late fee, too little, a part */
    handheld_keys(h, "9 9 9 9 9 cancel cancel cancel");        /* nobody */
    handheld_expect_screen(h, "home");
    ask_the_office(h);
    handheld_signal(h, NETWORK_NONE);
    sim_printer_set(h->world, SIM_PRINTER_OUT);
    handheld_wait(h, 1000);
    handheld_open_customer(h, CUSTOMER_SMALL);
    handheld_keys(h, "ok ok"); /* not without paper */
    sim_printer_set(h->world, SIM_PRINTER_OK);
    sim_paper_left(h->world, 200, -1);
    handheld_wait(h, 1000);
    handheld_keys(h, "ok ok"); /* it ends in the middle */
    sim_printer_set(h->world, SIM_PRINTER_OK);
    handheld_wait(h, 1000);
    handheld_keys(h, "ok ok");
    pay_in_every_way(h);
    handheld_keys(h, "4 cancel 3 ok ok ok");
    handheld_wait(h, 3 * 86400 * INT64_C(1000));
    h->utility->down = true;
    handheld_signal(h, NETWORK_GPRS);
    handheld_keys(h, "4 cancel");
    h->utility->down = false;
    h->utility->stopped = true;
    handheld_wait(h, 1000);
    handheld_open_customer(h, CUSTOMER_KEEP);
    handheld_keys(h, "ok ok cancel cancel 6 0 ok");
    handheld_expect_screen(h, "login");
}
