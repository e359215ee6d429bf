/*
 * The inside of the ledger: shared by ledger.c (money in, imports) and ledger_undo.c (money back,
 * disputes).
 */
#ifndef TILL_HOST_LEDGER_INSIDE_H
#define TILL_HOST_LEDGER_INSIDE_H

#include "entry_stock.h"
#include "ledger.h"
#include "settlement.h"
#include "store_office.h"

/* TILL_REFUSED with its reason: English, for the office's records. */
enum till_status ledger_refuse(char reason_out[STORE_REASON_MAX], const char *reason) TILL_CHECKED;
/* What TILL_LIMIT_REACHED of a settlement means. */
enum till_status ledger_refuse_balance(char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
void ledger_begin(struct store_posting *p, int64_t value_at_s, int64_t now_s);
void ledger_source_of_entry(const char *terminal, uint64_t seq, char out[48]);

/* Of the payment that the cheque's part was taken back from: a record's, or a transfer's. */
void ledger_source_of_cheque(const char *holder, uint64_t seq, char out[48]);

/* The customer in hand, or why not. */
enum till_status ledger_begin_customer(struct settlement *settlement,
                                       const struct ledger_context *c, const char *account,
                                       struct store_posting *p,
                                       char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
/* Pay and post; p has the other side of it. */
enum till_status ledger_post_paid(struct settlement *settlement, const struct settlement_in *in,
                                  char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* Money that was posted by a paper and has found its collector since: the posting of the payment
 * then names the collector (ledger_paper.c). */
enum till_status ledger_follow_claim(struct store *s, const char *terminal, uint64_t seq,
                                     struct store_posting *posted) TILL_CHECKED;
/* Does it have lines of LEDGER_PAPER? */
bool ledger_is_papers(const struct store_posting *p);

/* What was handed over, the other way. */
enum till_status ledger_add_taken_back(struct store_posting *p,
                                       const struct settlement_paid *paid) TILL_CHECKED;

/* What only says that it can't be becomes a reason. */
enum till_status ledger_refuse_undo(enum till_status status,
                                    char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* The account of slips that were given by the record with that hash. */
void ledger_transit_of_slips(const uint8_t given[HASH_SIZE], char out[STORE_LEDGER_ACCOUNT_MAX]);

/* p is begun and has its source. */
enum till_status ledger_post_reversal(const struct ledger_context *c, const struct entry *e,
                                      struct store_posting *p,
                                      char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
enum till_status ledger_post_drop(const struct ledger_context *c, const struct entry *e,
                                  struct store_posting *p,
                                  char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
/* Closes, hand-overs, deposits, what was paid into a bag and out of it (ledger_cash.c). */
bool ledger_is_cash(uint16_t kind);
enum till_status ledger_post_cash(const struct ledger_context *c, const struct entry *e,
                                  struct store_posting *p,
                                  char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
/* A drop stands among the hand-overs too: a supervisor takes it, or the bank. */
enum till_status ledger_keep_drop(const struct ledger_context *c, const struct entry *e,
                                  const struct body_cash_drop *body) TILL_CHECKED;
enum till_status ledger_post_dispute(const struct ledger_context *c, const struct entry *e,
                                     struct store_posting *p,
                                     char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

#endif
