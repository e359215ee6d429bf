#include "crowd.h"

#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "text.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* The commonest surnames, the first ones commonest by far; the last are double or read oddly. */
static const char *const surnames[] = {
    "王", "李", "张", "刘", "陈",   "杨",   "黄",   "赵",   "吴",  "周", "徐", "孙", "马",
    "朱", "胡", "郭", "何", "林",   "罗",   "高",   "郑",   "梁",  "谢", "宋", "唐", "许",
    "邓", "韩", "冯", "曹", "彭",   "曾",   "肖",   "田",   "董",  "潘", "袁", "蔡", "蒋",
    "余", "于", "杜", "叶", "程",   "魏",   "苏",   "吕",   "丁",  "任", "卢", "姚", "沈",
    "钟", "姜", "崔", "谭", "陆",   "范",   "汪",   "廖",   "石",  "金", "韦", "贾", "夏",
    "付", "方", "邹", "熊", "白",   "孟",   "秦",   "邱",   "侯",  "江", "尹", "薛", "闫",
    "段", "雷", "龙", "黎", "史",   "陶",   "贺",   "毛",   "郝",  "顾", "龚", "邵", "单",
    "仇", "解", "查", "区", "欧阳", "司马", "尉迟", "万俟", "上官"};
static const char *const given[] = {
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
    "超", "秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "春", "红", "建", "国", "庆", "德",
    "福", "文", "博", "雨", "欣", "梅", "琳", "云", "莲", "真", "环", "雪", "荣", "爱", "妹", "香",
    "月", "莺", "媛", "艳", "瑞", "凡", "佳", "嘉", "琼", "勤", "珍", "贞", "莉", "桂", "娣", "叶",
    "璧", "璐", "娅", "琦", "晶", "妍", "茜", "秋", "珊", "莎", "锦", "黛", "青", "倩", "婷", "姣",
    "婉", "娴", "瑾", "颖", "露", "瑶", "怡", "婵", "雁", "蓓", "纨", "仪", "荷", "丹", "蓉", "眉",
    "君", "琴", "蕊", "薇", "菁", "梦", "岚", "苑", "婕", "馨", "瑗", "琰", "韵", "融", "园", "艺",
    "咏", "卿", "聪", "澜", "纯", "毓", "悦", "昭", "冰", "爽", "琬", "茗", "羽", "希", "宁", "欣",
    "飘", "育", "滢", "馥", "筠", "柔", "竹", "霭", "凝", "晓", "欢", "霄", "枫", "芸", "菲", "寒",
    "伊", "亚", "宜", "可", "姬", "舒", "影", "荔", "枝", "思", "丽", "义", "兴", "良", "海", "山",
    "仁", "波", "宁", "贵", "福", "生", "龙", "元", "全", "国", "胜", "学", "祥", "才", "发", "武",
    "新", "利", "清", "飞", "彬", "富", "顺", "信", "子", "杰", "涛", "昌", "成", "康", "星", "光",
    "天", "达", "安", "岩", "中", "茂", "进", "林", "有", "坚", "和", "彪", "诚", "先", "敬", "震",
    "振", "壮", "会", "思", "群", "豪", "心", "邦", "承", "乐", "绍", "功", "松", "善", "厚", "庆",
    "磊", "民", "友", "裕", "河", "哲", "江", "超", "浩", "亮", "政", "谦", "亨", "奇", "固", "之"};
static const char *const towns[] = {"喜洲镇", "银桥镇", "湾桥镇", "上关镇", "双廊镇",   "挖色镇",
                                    "海东镇", "凤仪镇", "下关镇", "太和乡", "七里桥镇", "大理镇"};
static const char *const places_first[] = {"周", "上", "下", "大", "小", "东", "西", "南", "北",
                                           "新", "古", "龙", "凤", "白", "青", "金", "石", "沙",
                                           "清", "庆", "向", "马", "杨", "李", "赵", "河", "海"};
static const char *const places_last[] = {"城村", "阳村", "坪村", "塔村", "溪村", "湾村",
                                          "坝村", "沟村", "桥村", "登村", "邑村", "营村",
                                          "江路", "山路", "湖路", "华街", "昌巷", "仓路"};
static const char *const shops[] = {"便民超市", "农资店", "理发店", "小吃店",
                                    "粮油店",   "药店",   "修理铺", "茶馆"};

uint64_t crowd_random(uint64_t n, uint64_t of)
{
    uint64_t z = n * UINT64_C(0x9E3779B97F4A7C15) + of * UINT64_C(0xD1342543DE82EF95);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint32_t pick(uint32_t n, unsigned what, size_t count)
{
    return (uint32_t)(crowd_random(n, what) % count);
}

static void put_name(uint32_t n, char out[BOOK_NAME_MAX])
{
    /* The square of an even number leans to the front of the list. */
    uint32_t lot = pick(n, 1, 10000);
    const char *surname = surnames[(uint64_t)lot * lot * COUNT(surnames) / 100000000];
    const char *second = pick(n, 2, 100) < 80 ? given[pick(n, 3, COUNT(given))] : "";
    const char *shop = pick(n, 5, 100) < 5 ? shops[pick(n, 6, COUNT(shops))] : "";

    snprintf(out, BOOK_NAME_MAX, "%s%s%s%s%s", surname, given[pick(n, 4, COUNT(given))], second,
             shop[0] != '\0' ? " " : "", shop);
}

static void put_address(uint32_t n, char out[BOOK_ADDRESS_MAX])
{
    uint32_t book = n / CROWD_BOOK_SIZE, order = n % CROWD_BOOK_SIZE;
    const char *town = towns[book / 40 % COUNT(towns)];
    const char *first = places_first[pick(book, 7, COUNT(places_first))];
    uint32_t last = pick(book, 8, COUNT(places_last));

    if (last < 12)
        snprintf(out, BOOK_ADDRESS_MAX, "%s%s%s%u组%u号", town, first, places_last[last],
                 (unsigned)(order / 20 + 1), (unsigned)(order + 1));
    else
        snprintf(out, BOOK_ADDRESS_MAX, "%s%s%s%u号%u幢%u-%u0%u", town, first, places_last[last],
                 (unsigned)pick(book, 9, 300) + 1, (unsigned)(order / 24 + 1),
                 (unsigned)(order / 12 % 2 + 1), (unsigned)(order / 2 % 6 + 1),
                 (unsigned)(order % 2 + 1));
}

static void put_numbers(uint32_t n, struct book_customer *c)
{
    uint32_t book = n / CROWD_BOOK_SIZE, order = n % CROWD_BOOK_SIZE;

    /* A few numbers of each meter book are not in use any more. */
    snprintf(c->account, sizeof(c->account), "61%08u", (unsigned)(book * 130 + order + order / 17));
    snprintf(c->meter, sizeof(c->meter), "5330%09u",
             (unsigned)(pick(book, 10, 7000000) * 128 + order + pick(n, 11, 2)));
    snprintf(c->phone, sizeof(c->phone), "1%u%08u", 30 + (unsigned)pick(n, 12, 69),
             (unsigned)pick(n, 13, 100000000));
    snprintf(c->meter_book, sizeof(c->meter_book), "CX%05u", (unsigned)book);
}

void crowd_customer(uint32_t n, struct book_customer *out)
{
    uint32_t book = n / CROWD_BOOK_SIZE;

    memset(out, 0, sizeof(*out));
    put_name(n, out->name);
    put_address(n, out->address);
    put_numbers(n, out);
    out->order = n % CROWD_BOOK_SIZE + 1;
    out->class = pick(n, 14, 20) == 0 ? CUSTOMER_OTHER : CUSTOMER_RESIDENT;
    out->balance_minor = pick(n, 15, 8) == 0 ? pick(n, 16, 20000) : 0;
    out->last_paid_date = 20261000 + (int32_t)pick(n, 17, 28) + 1;
    out->last_paid_minor = 2500 + pick(n, 18, 14000);
    out->flags = pick(n, 19, 50) == 0 ? BOOK_CUSTOMER_KEEP_SUPPLY : 0;
    /* Some 30 metres from one to the next, half of them surveyed. */
    if (book % 2 == 0) {
        out->latitude_e7 = 255000000 + (int32_t)(book / 100 * 40000 + pick(n, 20, 30000));
        out->longitude_e7 = 1001000000 + (int32_t)(book % 100 * 40000 + pick(n, 21, 30000));
    }
    out->last_reading_cwh = 100000 + pick(n, 22, 4000000);
    out->last_reading_date = 20261101;
}

size_t crowd_bills(uint32_t n, struct bill bills_out[CROWD_BILLS_MAX])
{
    uint32_t lot = pick(n, 23, 100);
    size_t count = lot < 27 ? 0 : lot < 72 ? 1 : lot < 88 ? 2 : lot < 96 ? 3 : CROWD_BILLS_MAX;

    for (size_t i = 0; i < count; i++) {
        int32_t month = 202610 - (int32_t)(count - 1 - i);
        int64_t energy_cwh = 4500 + pick(n + (uint32_t)i, 24, 21000);

        bills_out[i] = (struct bill){.month = month,
                                     .due_date = (month + 1) * 100 + 25,
                                     .type = 1,
                                     .energy_cwh = energy_cwh,
                                     .amount_minor = energy_cwh * 5283 / 10000};
    }
    return count;
}

void crowd_meter_book(uint32_t book, struct book_meter_book *out)
{
    memset(out, 0, sizeof(*out));
    snprintf(out->id, sizeof(out->id), "CX%05u", (unsigned)book);
    snprintf(out->name, sizeof(out->name), "%s%05u册", towns[book / 40 % COUNT(towns)],
             (unsigned)book);
}

uint32_t crowd_meter_books(uint32_t customers)
{
    return (customers + CROWD_BOOK_SIZE - 1) / CROWD_BOOK_SIZE;
}

/* ---- a book ---------------------------------------------------------------------------------- */

static enum till_status hmac(void *context, struct span bytes, uint8_t mac_out[HASH_SIZE])
{
    return crypto_mac_of(*(struct crypto_mac **)context, bytes, mac_out);
}

const struct book_mac *crowd_mac(void)
{
    static const uint8_t key[HASH_SIZE] = {1, 2, 3};
    static struct crypto_mac *keyed;
    static const struct book_mac mac = {&keyed, hmac};

    if (keyed == NULL && crypto_mac_open((struct span){key, sizeof key}, &keyed) != TILL_OK)
        return NULL;
    return &mac;
}

enum till_status crowd_put_head(struct book_builder *b, uint32_t customers)
{
    struct site site;
    enum till_status status;

    site_default(&site);
    text_copy(site.payee, sizeof site.payee, "大理供电公司");
    text_copy(site.receipt_url, sizeof site.receipt_url, "HTTPS://P.95598.CN/R/");
    status = book_builder_site(b, &site);
    for (uint32_t book = 0; book < crowd_meter_books(customers) && status == TILL_OK; book++) {
        struct book_meter_book m;

        crowd_meter_book(book, &m);
        status = book_builder_meter_book(b, &m);
    }
    return status;
}

enum till_status crowd_put(struct book_builder *b, uint32_t from, uint32_t to)
{
    enum till_status status = TILL_OK;

    for (uint32_t n = from; n < to && status == TILL_OK; n++) {
        struct bill bills[CROWD_BILLS_MAX];
        size_t count = crowd_bills(n, bills);
        struct book_customer c;

        crowd_customer(n, &c);
        status = book_builder_customer(b, &c);
        for (size_t i = 0; i < count && status == TILL_OK; i++)
            status = book_builder_bill(b, c.account, &bills[i]);
    }
    return status;
}

struct book_meta crowd_meta(uint32_t customers)
{
    struct book_meta meta = {.revision = 1, .as_of_s = 1795000000, .customers = customers};

    text_copy(meta.terminal, sizeof meta.terminal, "0031");
    memset(meta.hash, 0xA5, sizeof meta.hash);
    return meta;
}

enum till_status crowd_build(const char *path, const struct book_mac *mac, uint32_t customers)
{
    struct book_meta meta = crowd_meta(customers);
    struct book_builder *b = NULL;
    enum till_status status = book_builder_open(path, NULL, mac, &b);

    if (status != TILL_OK)
        return status;
    status = crowd_put_head(b, customers);
    if (status == TILL_OK)
        status = crowd_put(b, 0, customers);
    if (status == TILL_OK)
        return book_builder_finish(b, &meta);
    book_builder_abandon(b);
    return status;
}
