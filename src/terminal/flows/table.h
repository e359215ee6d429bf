/*
 * The flows by name, one file each; flows/table.c puts them in order of enum flow_id.
 */
#ifndef TILL_TABLE_H
#define TILL_TABLE_H

#include "flow.h"

extern const struct flow flow_enrol, flow_login, flow_shift, flow_home, flow_books, flow_route,
    flow_find_customer, flow_customer, flow_amount, flow_tender, flow_paper, flow_duplicate,
    flow_sync, flow_stick, flow_notice;
extern const struct flow flow_months, flow_basket;
extern const struct flow flow_receipt, flow_reversal, flow_dispute, flow_correction, flow_drop,
    flow_limits, flow_approve;
extern const struct flow flow_stop, flow_skip, flow_reading, flow_queue, flow_help, flow_messages,
    flow_more, flow_pages, flow_lock, flow_pin, flow_power, flow_settings, flow_retire;
extern const struct flow flow_balance, flow_team, flow_give, flow_take;
extern const struct flow flow_close, flow_cashmove, flow_absence, flow_absent;
extern const struct flow flow_custody, flow_handover, flow_receive, flow_deposit, flow_explain;
extern const struct flow flow_stock, flow_stock_take, flow_stock_end, flow_stock_next;
extern const struct flow flow_manual, flow_invoice;
extern const struct flow flow_reports, flow_report, flow_report_out, flow_team_report;
extern const struct flow flow_clock;

#endif
