#include <assert.h>

#include "flow.h"
#include "table.h"

static const struct flow *const table[FLOW_COUNT] = {
    [FLOW_ENROL] = &flow_enrol,
    [FLOW_LOGIN] = &flow_login,
    [FLOW_SHIFT] = &flow_shift,
    [FLOW_HOME] = &flow_home,
    [FLOW_BOOKS] = &flow_books,
    [FLOW_ROUTE] = &flow_route,
    [FLOW_FIND] = &flow_find_customer,
    [FLOW_CUSTOMER] = &flow_customer,
    [FLOW_AMOUNT] = &flow_amount,
    [FLOW_TENDER] = &flow_tender,
    [FLOW_PAPER] = &flow_paper,
    [FLOW_DUPLICATE] = &flow_duplicate,
    [FLOW_STICK] = &flow_stick,
    [FLOW_SYNC] = &flow_sync,
    [FLOW_NOTICE] = &flow_notice,
    [FLOW_STOP] = &flow_stop,
    [FLOW_SKIP] = &flow_skip,
    [FLOW_READING] = &flow_reading,
    [FLOW_QUEUE] = &flow_queue,
    [FLOW_HELP] = &flow_help,
    [FLOW_MESSAGES] = &flow_messages,
    [FLOW_MORE] = &flow_more,
    [FLOW_PAGES] = &flow_pages,
    [FLOW_LOCK] = &flow_lock,
    [FLOW_PIN] = &flow_pin,
    [FLOW_POWER] = &flow_power,
    [FLOW_FAULT] = &flow_notice,
    [FLOW_SETTINGS] = &flow_settings,
    [FLOW_RETIRE] = &flow_retire,
    [FLOW_RECEIPT] = &flow_receipt,
    [FLOW_REVERSAL] = &flow_reversal,
    [FLOW_DISPUTE] = &flow_dispute,
    [FLOW_CORRECTION] = &flow_correction,
    [FLOW_DROP] = &flow_drop,
    [FLOW_LIMITS] = &flow_limits,
    [FLOW_APPROVE] = &flow_approve,
    [FLOW_MONTHS] = &flow_months,
    [FLOW_BASKET] = &flow_basket,
    [FLOW_BALANCE] = &flow_balance,
    [FLOW_TEAM] = &flow_team,
    [FLOW_GIVE] = &flow_give,
    [FLOW_TAKE] = &flow_take,
    [FLOW_CLOSE] = &flow_close,
    [FLOW_CASHMOVE] = &flow_cashmove,
    [FLOW_ABSENCE] = &flow_absence,
    [FLOW_ABSENT] = &flow_absent,
    [FLOW_CUSTODY] = &flow_custody,
    [FLOW_HANDOVER] = &flow_handover,
    [FLOW_RECEIVE] = &flow_receive,
    [FLOW_DEPOSIT] = &flow_deposit,
    [FLOW_EXPLAIN] = &flow_explain,
    [FLOW_STOCK] = &flow_stock,
    [FLOW_STOCK_TAKE] = &flow_stock_take,
    [FLOW_STOCK_END] = &flow_stock_end,
    [FLOW_STOCK_NEXT] = &flow_stock_next,
    [FLOW_MANUAL] = &flow_manual,
    [FLOW_INVOICE] = &flow_invoice,
    [FLOW_REPORTS] = &flow_reports,
    [FLOW_REPORT] = &flow_report,
    [FLOW_REPORT_OUT] = &flow_report_out,
};

const struct flow *flow_find(enum flow_id id)
{
    assert(id >= 0 && id < FLOW_COUNT && table[id]);
    assert(table[id]->state_size <= FLOW_STATE_MAX);
    return table[id];
}
