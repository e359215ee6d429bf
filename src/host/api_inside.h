/*
 * What the parts of the API share: the table of paths (api.c) and the functions behind them. For
 * them alone.
 */
#ifndef TILL_HOST_API_INSIDE_H
#define TILL_HOST_API_INSIDE_H

#include "api.h"

enum { API_PARTS_MAX = 5, API_PART_MAX = 80 };

/* One request on its way through. */
struct api_call {
    const struct api *api;
    const struct api_request *request;
    const char *terminal; /* who asks; authorised, where the path asks for it */
    int64_t now_s;
    char part[API_PARTS_MAX][API_PART_MAX]; /* what stands in place of the path's {names} */
};
/* Fills *answer, by api_give or api_refuse, or gives a status that api.c spells. */
typedef enum till_status api_handler(const struct api_call *call, struct api_answer *answer);

extern const char *const api_type_text;
extern const char api_type_json[], api_type_lines[], api_type_pem[], api_type_bytes[];

/* Takes a copy of the content. TILL_E_MEMORY. */
enum till_status api_give(struct api_answer *answer, const char *type,
                          struct span content) TILL_CHECKED;
/* A refusal with words of its own. */
void api_refuse(struct api_answer *answer, enum till_status status, const char *text);
/* "12", no zero in front; 0: no number. */
uint64_t api_number(const char *text);

/* ---- api_line.c ------------------------------------------------------------------------------ */

api_handler api_get_authority, api_post_enrol, api_post_renew, api_get_head, api_get_news,
    api_post_journal, api_get_orders;

/* ---- api_query.c ----------------------------------------------------------------------------- */

api_handler api_get_customer, api_get_receipt, api_get_team, api_get_report;

/* ---- api_report.c ---------------------------------------------------------------------------- */

api_handler api_post_report, api_get_report_page;

/* ---- api_payments.c -------------------------------------------------------------------------- */

/* Asks itself who may: channels. */
api_handler api_post_payments;

/* ---- api_stick.c ----------------------------------------------------------------------------- */

api_handler api_get_stick;

/* ---- api_trust.c ----------------------------------------------------------------------------- */

api_handler api_get_trust, api_get_trust_known;

/* ---- api_book.c ------------------------------------------------------------------------------ */

api_handler api_get_manifest, api_get_manifest_since, api_get_book, api_get_delta;

#endif
