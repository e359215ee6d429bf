#include "township.h"

#include <stdio.h>
#include <string.h>

#include "when.h"

/* Prices are per kWh in 1/10,000 yuan; a bill is rounded to the fen, half up. */
enum {
    PRICE_RESIDENT = 5283,
    PRICE_SHOP = 7421,
    NAME_ROOM = 32,
    ADDRESS_ROOM = 96,
    BILLS_OLDEST = 5
};

/* A county's meter books are whole areas: a terminal can carry sixty-four. */
enum { COUNTY_BOOKS = 60, SETTLEMENT_SIZE = 120, STREET_ROOM = 64 };

struct generator {
    uint64_t state;
    int32_t today;
    uint32_t customers, book_size;
    bool county;
    FILE *files[3]; /* meter_books, customers, bills */
};

/* Where a customer of a meter book lives: the street or village, and the number within it. */
struct home {
    char street[STREET_ROOM];
    uint32_t number;
};

enum { FILE_BOOKS, FILE_CUSTOMERS, FILE_BILLS };

/* splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere. */
static uint64_t next(struct generator *g)
{
    uint64_t z = g->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint32_t below(struct generator *g, uint32_t limit)
{
    return (uint32_t)(next(g) % limit);
}

static const char *const streets[] = {"翠湖路", "新街",   "文昌巷", "粮站路", "桥头街", "学府路",
                                      "清溪村", "上河村", "下河村", "石桥村", "柳树村", "大坪村",
                                      "青龙村", "白塔村", "竹园村", "杨家湾", "李家坝", "王家沟"};
static const char *const surnames[] = {"王", "李", "张", "刘", "陈",   "杨",   "赵",   "黄",
                                       "周", "吴", "徐", "孙", "胡",   "朱",   "高",   "林",
                                       "何", "郭", "马", "罗", "欧阳", "司马", "上官", "诸葛"};
static const char *const given[] = {"伟",   "芳", "秀英", "建国", "敏",   "静",   "丽",   "强",
                                    "磊",   "军", "洋",   "勇",   "艳",   "杰",   "娟",   "涛",
                                    "明",   "超", "秀兰", "霞",   "平",   "刚",   "桂英", "志强",
                                    "玉兰", "春", "小红", "建华", "国庆", "德福", "文博", "雨欣"};
static const char *const shops[] = {"便民超市", "农资店", "理发店", "小吃店",
                                    "粮油店",   "药店",   "修理铺", "茶馆"};

/* Of a county alone: more surnames, given names of two characters out of two lists, its towns, and
 * names of settlements put together from two halves. */
static const char *const county_surnames[] = {"郑", "梁", "谢", "宋", "唐", "许", "邓", "韩", "冯",
                                              "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡",
                                              "蒋", "余", "杜", "叶", "程", "魏", "苏", "吕"};
static const char *const given_first[] = {
    "建", "国", "志", "文", "永", "德", "春", "秀", "桂", "玉", "晓", "海", "家", "明", "正",
    "新", "学", "光", "世", "雪", "小", "美", "丽", "金", "宏", "俊", "子", "思", "佳", "雨"};
static const char *const given_last[] = {
    "华", "平", "英", "兰", "芳", "军", "强", "林", "珍", "云", "生", "荣", "梅", "杰", "峰",
    "龙", "霞", "红", "萍", "涛", "琴", "凤", "祥", "才", "富", "忠", "义", "涵", "轩", "怡"};
static const char *const towns[] = {"清溪镇", "石桥镇", "柳河镇", "白塔镇", "青龙镇",
                                    "大坪乡", "竹园乡", "双江镇", "凤仪镇", "马街乡"};
static const char *const place_first[] = {"上", "下", "大", "小", "东", "西", "南", "北",
                                          "新", "古", "龙", "凤", "白", "青", "金", "石"};
static const char *const place_last[] = {"河村", "坪村", "湾村", "坝村", "沟村", "桥村", "营村",
                                         "塘村", "江路", "山路", "湖路", "门街", "市街", "井巷"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void county_person(struct generator *g, char out[NAME_ROOM])
{
    uint32_t surname = below(g, (uint32_t)(COUNT(surnames) + COUNT(county_surnames)));
    const char *first =
        surname < COUNT(surnames) ? surnames[surname] : county_surnames[surname - COUNT(surnames)];
    snprintf(out, NAME_ROOM, "%s%s%s", first, given_first[below(g, COUNT(given_first))],
             given_last[below(g, COUNT(given_last))]);
}

static void person(struct generator *g, char out[NAME_ROOM])
{
    /* Double surnames are the last four, and rare. */
    uint32_t surname = below(g, 100) < 3 ? (uint32_t)COUNT(surnames) - 4 + below(g, 4)
                                         : below(g, (uint32_t)COUNT(surnames) - 4);
    snprintf(out, NAME_ROOM, "%s%s", surnames[surname], given[below(g, COUNT(given))]);
}

static int32_t month_before(int32_t yyyymm, unsigned months)
{
    int32_t index = yyyymm / 100 * 12 + yyyymm % 100 - 1 - (int32_t)months;
    return index / 12 * 100 + index % 12 + 1;
}

/* Overdue from the 26th of the month after. */
static int32_t due_of(int32_t yyyymm)
{
    int32_t index = yyyymm / 100 * 12 + yyyymm % 100;
    return (index / 12 * 100 + index % 12 + 1) * 100 + 25;
}

static unsigned months_owed(struct generator *g)
{
    uint32_t lot = below(g, 100);
    return lot < 27 ? 0 : lot < 72 ? 1 : lot < 88 ? 2 : lot < 96 ? 3 : BILLS_OLDEST;
}

static void write_bills(struct generator *g, const char *account, bool shop, unsigned months)
{
    int32_t last = month_before(g->today / 100, 1);
    uint32_t usual = shop ? 200 + below(g, 900) : 45 + below(g, 210);
    for (unsigned back = months; back > 0; back--) {
        int32_t month = month_before(last, back - 1);
        uint32_t kwh = usual * (80 + below(g, 41)) / 100;
        uint64_t fen = ((uint64_t)kwh * (shop ? PRICE_SHOP : PRICE_RESIDENT) + 50) / 100;
        fprintf(g->files[FILE_BILLS], "%s,%d,1,%u,%llu.%02llu,%d\n", account, (int)month,
                (unsigned)kwh, (unsigned long long)fen / 100, (unsigned long long)fen % 100,
                (int)due_of(month));
    }
}

static const char *street_of(uint32_t book)
{
    return streets[(book - 1) % COUNT(streets)];
}

static const char *town_of(uint32_t book)
{
    return towns[(book - 1) % COUNT(towns)];
}

/* A township's meter book is one street; a county's is many settlements, walked one by one. */
static struct home home_of(const struct generator *g, uint32_t book, uint32_t order)
{
    struct home home = {.number = order};
    if (!g->county) {
        snprintf(home.street, sizeof home.street, "%s", street_of(book));
        return home;
    }
    uint32_t place = (book - 1) / (uint32_t)COUNT(towns) + (order - 1) / SETTLEMENT_SIZE;
    snprintf(home.street, sizeof home.street, "%s%s%s", town_of(book),
             place_first[place % COUNT(place_first)],
             place_last[place / COUNT(place_first) % COUNT(place_last)]);
    home.number = (order - 1) % SETTLEMENT_SIZE + 1;
    return home;
}

static void write_address(const struct home *home, char out[ADDRESS_ROOM])
{
    unsigned n = (unsigned)home->number;
    const char *street = home->street;
    if (strstr(street, "路") || strstr(street, "街") || strstr(street, "巷"))
        snprintf(out, ADDRESS_ROOM, "%s %u 号 %u-%u01", street, n / 6 * 2 + 2, n % 6 / 2 + 1,
                 n % 2 + 1);
    else
        snprintf(out, ADDRESS_ROOM, "%s %u 组 %u 号", street, n / 20 + 1, n);
}

static void write_customer(struct generator *g, uint32_t book, uint32_t order)
{
    char name[NAME_ROOM], account[16], address[ADDRESS_ROOM];
    struct home home = home_of(g, book, order);
    write_address(&home, address);
    bool shop = below(g, 100) < 6;
    if (g->county)
        county_person(g, name);
    else
        person(g, name);
    unsigned months = months_owed(g);
    uint32_t balance = months == 0 && below(g, 4) == 0 ? 10 * (1 + below(g, 12)) : 0;
    snprintf(account, sizeof account, "61%02u%06u", (unsigned)book % 100,
             (unsigned)(book * 100 + order));
    fprintf(g->files[FILE_CUSTOMERS], "%s,%s%s%s,%s,34%02u%08u,QX%02u,%u,%s,13%u%08u,%u.00,%s,%d,",
            account, name, shop ? " " : "", shop ? shops[below(g, COUNT(shops))] : "", address,
            (unsigned)book, (unsigned)(4400000 + book * 100 + order), (unsigned)book,
            (unsigned)order, shop ? "other" : "resident", (unsigned)below(g, 10),
            (unsigned)below(g, 100000000), (unsigned)balance, below(g, 100) < 2 ? "yes" : "no",
            (int)(month_before(g->today / 100, months + 1) * 100 + 3 + (int32_t)below(g, 20)));
    fprintf(g->files[FILE_CUSTOMERS], "%u.%02u\n", 25 + (unsigned)below(g, 140),
            (unsigned)below(g, 100));
    write_bills(g, account, shop, months);
}

static void write_books(struct generator *g)
{
    uint32_t left = g->customers;
    fprintf(g->files[FILE_BOOKS], "id,name\n");
    fprintf(g->files[FILE_CUSTOMERS], "account,name,address,meter,meter_book,order,class,phone,"
                                      "balance,keep_supply,last_paid_date,last_paid\n");
    fprintf(g->files[FILE_BILLS], "account,month,type,kwh,amount,due_date\n");
    for (uint32_t book = 1; left > 0; book++) {
        uint32_t size = left < g->book_size ? left : g->book_size;
        fprintf(g->files[FILE_BOOKS], "QX%02u,清溪%02u册 %s\n", (unsigned)book, (unsigned)book,
                g->county ? town_of(book) : street_of(book));
        for (uint32_t order = 1; order <= size; order++)
            write_customer(g, book, order);
        left -= size;
    }
}

static FILE *create(const char *dir, const char *name)
{
    char path[512];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return NULL;
    return fopen(path, "w");
}

static bool finish(FILE *file)
{
    bool failed = ferror(file) != 0;
    return fclose(file) == 0 && !failed;
}

static enum till_status write_text(const char *dir, const char *name, const char *text)
{
    FILE *file = create(dir, name);
    if (!file)
        return TILL_E_IO;
    fputs(text, file);
    return finish(file) ? TILL_OK : TILL_E_IO;
}

static const char site_text[] = "key,value\n"
                                "currency,CNY\n"
                                "exponent,2\n"
                                "symbol,¥\n"
                                "unit,yuan\n"
                                "zone,CST-8\n"
                                "notes,100 50 20 10 5 1 0.5 0.1\n"
                                "words,chinese\n"
                                "payee,清溪县供电公司\n"
                                "branch,清溪供电所\n"
                                "hotline,95598\n"
                                "receipt_url,HTTPS://P.95598.CN/R/\n"
                                "receipt_max,50000\n"
                                "late_fee_resident_ppm,1000\n"
                                "late_fee_other_ppm,2000\n"
                                "late_fee_cross_year_ppm,3000\n"
                                "late_fee_minimum,0\n"
                                "late_receipt_days,7\n"
                                "bank.ICBC,工商银行清溪支行;2410 0001 0900 1234 567\n"
                                "bank.RCU,清溪农村信用社;8811 0203 0405 0607\n";

/* The last is the supervisor's deputy for a week. */
static const char users_text[] = "user,name,role,pin,cash_limit,deputy_from,deputy_to\n"
                                 "1001,李建国,collector,2468,5000,,\n"
                                 "1002,周敏,collector,1357,5000,,\n"
                                 "2001,刘红,supervisor,8642,0,,\n"
                                 "3001,赵志强,technician,9753,0,,\n"
                                 "1003,陈立,collector,8024,5000,";

static int32_t day_after(int32_t date)
{
    if (when_date_is_valid(date + 1))
        return date + 1;
    return date / 100 % 100 == 12 ? (date / 10000 + 1) * 10000 + 101 : (date / 100 + 1) * 100 + 1;
}

static enum till_status write_users(int32_t today, const char *dir)
{
    enum { MORE_DAYS = 6, LINE_ROOM = 32 };
    char text[sizeof users_text + LINE_ROOM];
    int32_t last = today;
    for (int i = 0; i < MORE_DAYS; i++)
        last = day_after(last);
    snprintf(text, sizeof text, "%s%d,%d\n", users_text, (int)today, (int)last);
    return write_text(dir, "users.csv", text);
}

enum till_status township_write(const struct township *t, const char *dir)
{
    static const char *const names[] = {"meter_books.csv", "customers.csv", "bills.csv"};
    struct generator g = {.state = t->seed,
                          .today = t->today,
                          .customers = t->customers,
                          .book_size = TOWNSHIP_BOOK_SIZE,
                          .county = t->customers > COUNTY_BOOKS * TOWNSHIP_BOOK_SIZE};
    enum till_status status = TILL_OK;
    if (!when_date_is_valid(t->today) || t->customers == 0 || t->customers > TOWNSHIP_MOST)
        return TILL_BAD_INPUT;
    if (g.county)
        g.book_size = (t->customers + COUNTY_BOOKS - 1) / COUNTY_BOOKS;
    for (size_t i = 0; i < COUNT(names); i++) {
        g.files[i] = create(dir, names[i]);
        status = g.files[i] ? status : TILL_E_IO;
    }
    if (status == TILL_OK)
        write_books(&g);
    for (size_t i = 0; i < COUNT(names); i++)
        if (g.files[i] && !finish(g.files[i]))
            status = TILL_E_IO;
    if (status == TILL_OK)
        status = write_text(dir, "site.csv", site_text);
    return status == TILL_OK ? write_users(t->today, dir) : status;
}
