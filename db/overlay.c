#include "overlay.h"

#include "settle.h"
#include "when.h"

enum till_status overlay_lines(struct journal *journal, const struct report_paper *paper,
                               uint64_t seq, struct allocation_line lines_out[BILLS_MAX],
                               size_t *count_out)
{
    char text[JOURNAL_RECEIPT_TEXT_MAX];
    size_t size = 0;

    *count_out = 0;
    if (paper == NULL || paper->lines == NULL)
        return TILL_NOT_FOUND;
    enum till_status status = journal_receipt_text(journal, seq, text, sizeof text, &size);
    if (status != TILL_OK)
        return status;
    status = paper->lines(paper->context, (struct span){(const uint8_t *)text, size}, lines_out,
                          count_out);
    return status == TILL_OK && *count_out > BILLS_MAX ? TILL_E_CORRUPT : status;
}

/* A payment that the book holds was undone since: its lines are owed again, and the balance is
 * what it was, less what became an advance and more what was taken from it. */
static enum till_status put_back(struct journal *journal, const struct report_paper *paper,
                                 const struct journal_payment *payment, struct arrears *arrears)
{
    struct allocation_line lines[BILLS_MAX];
    int64_t advance_minor = payment->amount_minor;
    size_t count = 0;
    enum till_status status = overlay_lines(journal, paper, payment->seq, lines, &count);

    for (size_t i = 0; i < count && status == TILL_OK; i++)
        advance_minor -= lines[i].amount_minor + lines[i].late_fee_minor;
    return status == TILL_OK ? arrears_restore(arrears, lines, count, advance_minor) : status;
}

/* As the office will post it: with the months that were chosen, and the fees of the day when the
 * money was handed over, which was never later than its record. */
static enum till_status take_off(struct journal *journal, const struct book *book,
                                 enum customer_class class, uint64_t seq, struct arrears *arrears)
{
    struct body_collection body;
    struct settled settled;
    struct entry entry;
    int64_t paid_at_s = 0;
    enum till_status status = journal_read(journal, seq, &entry, NULL);

    if (status == TILL_OK)
        status = entry_read_payment(&entry, &body, &paid_at_s);
    if (status != TILL_OK)
        return status;
    int64_t value_at_s = paid_at_s < entry.at_s ? paid_at_s : entry.at_s;
    int32_t on_date = when_date(journal_fold(journal)->enrolled.zone, value_at_s);
    status = settle_payment(book_site(book), class, on_date, &body, arrears, &settled);
    if (status == TILL_OK)
        settle_apply(&settled, arrears);
    return status;
}

enum till_status overlay_lay(struct journal *journal, const struct book *book,
                             const struct report_paper *paper, const struct book_customer *customer,
                             struct arrears *arrears, bool *paid_out)
{
    struct journal_payment payments[JOURNAL_PAYMENTS_MAX];
    const struct book_meta *meta = book_meta(book);
    bool paid = false;
    size_t count = 0;
    enum till_status status =
        journal_payments(journal, customer->account, meta->applied_seq, meta->unapplied,
                         meta->unapplied_count, payments, &count);

    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        const struct journal_payment *p = &payments[i];

        paid = paid || !p->reversed;
        status = p->reversed ? put_back(journal, paper, p, arrears)
                             : take_off(journal, book, customer->class, p->seq, arrears);
    }
    if (paid_out != NULL)
        *paid_out = paid;
    return status;
}
