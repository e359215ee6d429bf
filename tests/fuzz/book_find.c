/*
 * What anybody may type into the field that finds: any bytes, any kinds, any page.
 *   input  kinds (1 byte), offset (1 byte), capacity (1 byte), the query
 * In a small book whose rows have what is odd: no meter, double surnames, long names, wide forms.
 */
#include <stdio.h>
#include <unistd.h>

#include "book.h"
#include "fuzz.h"
#include "text.h"
#include "vfs.h"

enum { CUSTOMERS = 64, LINES = 32 };

static const char *const names[] = {"王秀英",
                                    "单雄信",
                                    "尉迟恭",
                                    "万俟卨",
                                    "Wang Xiuying",
                                    "５号店",
                                    "囍囍囍囍囍囍囍囍囍囍囍囍囍囍囍囍",
                                    "长乐重行长乐重行长乐重行",
                                    "𠮷野家",
                                    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
                                    "欧阳春 便民超市",
                                    "%_!'",
                                    "",
                                    "é",
                                    "段5号",
                                    "Ж"};

static void put_all(struct book_builder *b)
{
    const struct book_meter_book m = {.id = "CX01", .name = "喜洲"};
    struct site site;

    site_default(&site);
    text_copy(site.payee, sizeof(site.payee), "P");
    text_copy(site.receipt_url, sizeof(site.receipt_url), "HTTPS://R/");
    assert(book_builder_site(b, &site) == TILL_OK);
    assert(book_builder_meter_book(b, &m) == TILL_OK);
    for (unsigned n = 0; n < CUSTOMERS; n++) {
        struct book_customer c = {.order = n + 1, .meter_book = "CX01"};

        snprintf(c.account, sizeof(c.account), n % 5 == 0 ? "A-%04u" : "61%08u", n * 37);
        snprintf(c.name, sizeof(c.name), "%s", names[n % (sizeof(names) / sizeof(names[0]))]);
        snprintf(c.address, sizeof(c.address), "喜洲镇周城村%u组%u号", n / 20, n);
        snprintf(c.phone, sizeof(c.phone), "138%08u", n * 7919);
        if (n % 3 != 0)
            snprintf(c.meter, sizeof(c.meter), "5300%09u", n * 131);
        assert(book_builder_customer(b, &c) == TILL_OK);
    }
}

static struct book *make_book(void)
{
    static char path[] = "/tmp/fuzz_book_find.XXXXXX";
    const struct book_meta meta = {.terminal = "1", .revision = 1, .customers = CUSTOMERS};
    struct book_builder *b = NULL;
    struct book *book = NULL;
    int fd = mkstemp(path);

    assert(fd >= 0 && close(fd) == 0 && vfs_register(512) == TILL_OK);
    assert(book_builder_open(path, NULL, NULL, &b) == TILL_OK);
    put_all(b);
    assert(book_builder_finish(b, &meta) == TILL_OK);
    assert(book_open(path, NULL, NULL, &book) == TILL_OK);
    unlink(path); /* it stays open */
    return book;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct book *book;
    static struct book_line lines[LINES];
    struct span input = fuzz_span(data, size);
    unsigned kinds = fuzz_byte(&input);
    size_t offset = fuzz_byte(&input), capacity = fuzz_byte(&input) % (LINES + 1), count = 99;

    if (book == NULL)
        book = make_book();
    char *query = fuzz_text(input);
    enum till_status st = book_find_kinds(book, query, kinds, offset, lines, capacity, &count);
    bool clean =
        query[0] != '\0' && strlen(query) <= BOOK_QUERY_MAX && text_is_clean(query, strlen(query));
    assert(st == (clean ? TILL_OK : TILL_BAD_INPUT));
    assert(count <= capacity);
    for (size_t i = 0; i < count; i++) {
        assert(lines[i].match > BOOK_MATCH_NONE && lines[i].match < BOOK_MATCH_KINDS);
        assert(kinds == 0 || (kinds >> lines[i].match & 1) != 0);
        for (size_t j = 0; j < i; j++)
            assert(lines[i].customer.row != lines[j].customer.row);
    }
    free(query);
    return 0;
}
