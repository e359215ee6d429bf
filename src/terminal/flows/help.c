/*
 * Help: what the screen below is for, what to do, what its keys do. The # key, on every screen.
 */
#include <string.h>

#include "help.h"
#include "table.h"
#include "text.h"
#include "words.h"

struct help {
    const char *screen; /* struct screen.name */
    const char *text;   /* pages parted by | */
};

static const struct help helps[] = {
    {"enrol", N_("The terminal gets its number here. Scan the code on the enrolment paper, or type "
                 "its digits. The paper serves once.")},
    {"login", N_("Type your user number and your PIN. After five wrong PINs you must wait. A "
                 "forgotten PIN: the office sets a new one, then sync with F1.")},
    {"shift", N_("Nothing in the bag: OK, and there is no opening cash. Else a digit or F2 begins "
                 "its count, note by note; the count at the end begins with it. The down arrow: "
                 "what was counted before and nobody took over yet.")},
    {"shift_notes", N_("Type how many there are of each note; OK goes to the next, F1 is done. "
                       "Coins are one sum. The count is recorded with the opening.")},
    {"home", N_("A digit chooses. 1 walks the meter book in its order, 2 finds any customer, 3 "
                "prints a receipt again, 4 sends, 5 shows cash and limits, 6 has the rest, 7 opens "
                "the reports. A bill or a receipt can be scanned at any time.")},
    {"books", N_("Choose the meter book to walk with the arrows and OK. On the right stands how "
                 "many customers still owe.")},
    {"route", N_("The next customer who owes is selected. OK opens the card. Digits find "
                 "another; scanning a bill opens its customer. Left and right jump between those "
                 "who still owe.|Grey: taken or nothing owed. Amber mark: part taken, skipped, "
                 "disputed, or collected, perhaps or by its list, by an earlier holder.")},
    {"find", N_("Type any digits: account, end of the account, meter, telephone, house number, or "
                "the first letters of the name's pinyin on the keys (Wang Xiuying: 999). F2 sorts "
                "by distance where the terminal knows its place.")},
    {"customer", N_("OK takes all that is due. F2 takes a part or an advance. F1: reading, "
                    "notice, chosen months, basket, skip, 'says it is paid'.|The late fee is "
                    "reckoned to today, month by month. Above stands how old the book is. ▶ asks "
                    "the office what is owed now.")},
    {"balance", N_("What the office knows now, with its time. What is owed at this door stays "
                   "that of the book. Where the office has less it may have been paid elsewhere, "
                   "by Alipay this morning for example: ask before you take money.")},
    {"stop", N_("What else can be done at this house. Each is recorded with time and place in the "
                "record, and stays with this customer.")},
    {"months", N_("OK marks a month or takes the mark away; the sum stands below. F2 pays "
                  "these months, F1 a part of them. What is paid above the marked months goes to "
                  "the oldest.")},
    {"amount", N_("Type what the customer wants to pay, in whole units; * is the decimal point. "
                  "Less than is due is a part payment, more is kept as an advance.")},
    {"tender", N_("Take the money first and count it. The arrows offer likely notes; digits type "
                  "another sum. Left and right: cash, cheque, transfer. OK takes the money: only "
                  "a fresh press counts.|F2 keeps the change as an advance, takes less than is due "
                  "as a part, or carries small change that is missing.")},
    {"basket", N_("One person pays for several accounts. Add each by number, by finding or by "
                  "scanning; OK goes to the payment. All are taken, or none. Each account gets a "
                  "receipt of its own.")},
    {"basket_find", N_("Type any digits of the next customer: account, meter, telephone, house "
                       "number, or the first letters of the name's pinyin. The arrows choose, OK "
                       "puts them into the basket.")},
    {"basket_payer", N_("Who pays for all may be noted, so that a question later finds them. The "
                        "arrows offer the first account's customer or nobody; digits are a "
                        "telephone number.")},
    {"basket_leave", N_("Nothing was taken yet. OK goes back to the basket as it was; F1 leaves it "
                        "and forgets who is in it.")},
    {"tender_maybe", N_("Another terminal walked this book before and has not told the office all "
                        "that it took, the office knows of less that is owed, or they say it is "
                        "paid. Nobody is to pay twice: ask first. OK goes on to the payment; "
                        "Cancel goes back to the customer, where F1 has 'says it is paid'.")},
    {"tender_changed", N_("What is owed changed while the payment stood here: it was paid "
                          "elsewhere, or a newer book came. OK goes on with the sum that is shown "
                          "now; Cancel goes back.")},
    {"tender_part", N_("How much of the sum the cheque or the transfer pays. All of it: OK takes "
                       "it. Less: the rest comes in cash, which is asked for next. Cancel goes "
                       "back to its number.")},
    {"tender_reference", N_("The number that stands on the cheque or transfer slip: the office "
                            "finds the money by it. A cheque may bounce: then the debt stands "
                            "again.")},
    {"paper", N_("The money is recorded before the paper comes. If the paper is not whole, print "
                 "it again: it is marked as a duplicate. OK goes to the next house.")},
    {"duplicate", N_("Choose the paper. OK prints it again, marked DUPLICATE with its number. F1 "
                     "shows what is known of it.")},
    {"reading", N_("Read the meter whose number stands above. Type all digits; * is the decimal "
                   "point. A reading that does not follow from the last is asked about once "
                   "more.")},
    {"skip", N_("Choose why this stop is left undone. It can be visited again later.")},
    {"dispute", N_("The customer says it was paid. Scan the paper that they show, or note the "
                   "number of the bank or app. Nothing is taken; no late fee and no disconnection "
                   "until the office has answered. Give them the slip.")},
    {"receipt", N_("Scan the code on a customer's paper, or type its number. The terminal says "
                   "whether it is genuine and recorded, and what became of it.|OK on another "
                   "terminal's paper, ▼ on one of this terminal: what the office knows, where "
                   "there is a line. Of a number alone it tells little: scan the paper.")},
    {"reversal", N_("Undoes a receipt of this shift whole. Your own latest: with the paper in "
                    "hand, or declared lost, within the day's limits. Others: a supervisor here "
                    "with their PIN, or by telephone with a one-time code. Never tell a "
                    "PIN.|Cash goes back to the customer, who signs the slip. After the shift "
                    "only the office corrects.")},
    {"correction", N_("Asks the office to correct a receipt of an earlier shift. No money moves; "
                      "pay nothing out.")},
    {"limits", N_("How much may still be done before the office must hear of it. At 100 % only new "
                  "collections stop; records stay safe. Each line says what lifts it: hand in "
                  "cash, send, or a code from the office or a supervisor.")},
    {"drop", N_("Cash leaves your bag: to a supervisor who counts it and gives their PIN, or to "
                "the bank with the slip's number. Both sign the slip.")},
    {"approve", N_("A collector reads a number out. Ask what it is for and how much, type both, "
                   "and read the code back. It serves once, for this alone. Agree to the sum, not "
                   "to the digits.")},
    {"queue", N_("People in line at a collection point. Type an account or scan a bill and they "
                 "join; OK serves the one selected. Who has paid leaves the line.")},
    {"clock", N_("The clock lost its time: it is before what the office has signed. Type the date "
                 "and the time, all 12 digits, or go where there is a signal. It is recorded.")},
    {"clock_sure", N_("The terminal lay for more than 30 days, or its clock jumped ahead. Look at "
                      "another clock. OK says that the date is right; F1 sets it.")},
    {"clock_off", N_("The office told another time and this device lets nobody set its clock. No "
                     "money is taken until they agree; the close and hand-overs go on.")},
    {"sync", N_("Records are sent by themselves when there is a signal. OK tries now. What the "
                "office has confirmed can't be lost any more.")},
    {"stick", N_("For days without a line. To the stick: every record that the office has not "
                 "confirmed, sealed so that only the office can read it. From the stick: what the "
                 "office has confirmed. Take it out only when the screen says so.")},
    {"more", N_("What is not done at every house. A digit or the arrows choose.")},
    {"messages", N_("Messages of the office. OK says that you have read it; the office sees "
                    "that.")},
    {"pages", N_("These pages are no receipts. The X slip shows the shift so far; the shift goes "
                 "on.")},
    {"lock", N_("The terminal is locked; your work stands as it was. Give your PIN, or F1 for "
                "another user: each has their own shift and cash.")},
    {"pin", N_("Choose a new PIN of four to twelve digits that nobody can guess: no birthday, no "
               "row of digits. Nobody in the office will ever ask for it.")},
    {"settings", N_("For the technician. Every change is recorded with your number.")},
    {"retire", N_("Ends this terminal's number: everything must be sent first. A new number needs "
                  "a new enrolment paper that names this one.")},
    {"notice",
     N_("Something that must be read before the work goes on: what is so, and what to do. "
        "OK goes on or opens the way out; what was recorded stays.")},
    {"help", N_("Every screen has its own help. OK turns the page, Cancel and # go back.")},
    {"team", N_("What your people have taken today, as far as their records have come to the "
                "office, and when each terminal was last heard of. The arrows choose, OK asks "
                "again. Counting is done at the close, not here.")},
    {"team_report",
     N_("What your team took, as the office has added it up: ◀ ▶ take another time, OK asks. What "
        "lies unsent on a terminal is not in it: since when all were heard of stands in the "
        "details.|The office sends a page at a time; those that came stay as of one time. What "
        "waits to be counted by whoever takes it over has no amount, here as there.")},
    {"give", N_("A meter book goes to another terminal while this one has no line. The list says "
                "who was collected from here, so that nobody is asked to pay twice. It moves no "
                "money; records must still be sent.|Pass on: the old terminal. Take over: the new "
                "one. As codes on the screen, or by stick.")},
    {"give_code", N_("The other terminal scans this code: More, Collected list, Take a list over. "
                     "OK or ▶ shows the next one, ◀ the one before. The order does not matter.")},
    {"take", N_("Scan each code of the other terminal once, in any order. Only a whole list "
                "counts, of a terminal that your book names, signed by it. Its customers are "
                "shown as collected; what they owe changes with the next book.")},
    {"close", N_("The end of the shift: count the cash note by note, without seeing what should "
                 "be there. It works without a line; what is not sent is sent later. The slip "
                 "with its square code goes with the money.")},
    {"close_notes", N_("Type how many there are of each note: OK goes to the next, the arrows "
                       "choose, F1 is done. Torn and doubtful notes are counted too; they are "
                       "asked for next.")},
    {"close_slips", N_("How much of the counted cash is in notes that may be false, or torn. Then "
                       "the slips of cheques, transfers, cards and codes, each as one sum. Leave "
                       "empty what there is none of.")},
    {"close_stock",
     N_("Numbered paper, range by range: look at the next number in hand, and at the "
        "void and spoiled papers that you kept. OK: it agrees with the screen. F1: "
        "it differs, say what lies there.")},
    {"close_stands", N_("OK: the count stands and can't be changed; only then is the difference "
                        "shown. F1: count everything again. Each count stays recorded.")},
    {"close_result", N_("What should be there by the records, and what was counted. A difference "
                        "is no disgrace: say why, as far as you know. Nothing is put in or taken "
                        "out to make it fit.")},
    {"close_reason",
     N_("A digit chooses why cash is over or short: 1 a false note that the bank took away, "
        "by its slip's number, 2 a torn note, 3 wrong change, 4 lost, 5 another reason.")},
    {"close_slips_reason",
     N_("Papers of card, cheque or transfer are missing or too many. Say why: "
        "it stands on the day close slip, and the office sees it.")},
    {"close_slip", N_("The number on the slip that the bank gave for the false note.")},
    {"close_confirm", N_("OK closes the shift and prints the day close. It is never changed "
                         "afterwards; what is found later is explained later.")},
    {"close_leave", N_("The count waits: F1 leaves it, and it goes on here when you come back. "
                       "Until then this shift takes no money.")},
    {"cashmove", N_("Change money that comes into the bag, or something paid out of it, each with "
                    "its reason: 1 change money, 2 an expense, 3 a refund by order, 4 found or "
                    "mistaken, 5 another. You agree by your PIN, or a supervisor by theirs, and a "
                    "slip is printed. For what you hand in there is 5, Hand in cash.")},
    {"absence", N_("Somebody fell ill and their shift is open. Choose it; a witness gives their "
                   "PIN, and both count together. The owner is asked at their next login. The "
                   "cash is the supervisor's to keep from then on.")},
    {"absent", N_("A supervisor and a witness counted and closed your shift while you were away. "
                  "OK: it is right. F1: you dispute it, and the office looks into it. The work "
                  "goes on either way.")},
    {"reports",
     N_("What was done on this terminal, from its own records. ◀ and ▶ turn to the day, week "
        "or month before and after; 9 changes between them, 0 takes any dates. A "
        "supervisor sees everybody, a collector their own.|While somebody counts no "
        "report shows anything.")},
    {"reports_date", N_("Eight digits: year, month, day. First from which date, then to which; "
                        "both belong to it.")},
    {"report",
     N_("Above stands when the data is from and up to which record. ▲▼ one row, ◀▶ a page, "
        "7 and 8 ten pages, 0 the first, 9 the last; 1 to 5 open a row of the page.|F1 "
        "divides the sum otherwise, or chooses kinds. F2 prints it, or puts it on a "
        "stick. A reversal is taken off on the day it was made.")},
    {"report_row",
     N_("One row with all its figures. ◀▶ go to the rows beside it, ▲▼ show the lines "
        "below. OK opens its paper, or a report of this row alone; Cancel comes back "
        "to the very row.")},
    {"report_kinds", N_("OK marks a kind or takes the mark away; the first line stands for all of "
                        "them. F1 or Cancel shows what is marked.")},
    {"report_out", N_("Compact: two lines a row. Full: every figure. A long report takes several "
                      "papers, each numbered.|On a stick, in the folder fieldtill/report: a table "
                      "for a spreadsheet (CSV) or a sheet (PDF). What is there is never "
                      "overwritten.")},
    {"custody",
     N_("Where your cash is between the bag and the bank. Hand over: to a supervisor or "
        "another collector. Take cash over: what somebody gave you, counted by you. Deposit: "
        "into the bank by its slip. What does not agree waits to be explained.")},
    {"custody_way", N_("What you gave and nobody took over on this terminal. Taken over on another "
                       "one, the office knows it. OK shows it and prints it again.")},
    {"handover", N_("Choose the day closes that it covers, type the sum and who receives it. F1: "
                    "slips of cheques and transfers that go with it. Two papers come, one for "
                    "each. It works without a line.")},
    {"handover_after", N_("The cash is on its way until the receiver has counted it. OK: they are "
                          "here and give their PIN. On their own terminal they scan the code on "
                          "your paper, or on this screen: F1.")},
    {"handover_code",
     N_("The receiver's terminal scans this code: More, Hand-over, Take cash over. "
        "It bears the whole signed record; show it to nobody else.")},
    {"receive", N_("Scan the code on the giver's paper or on the screen of their terminal. What "
                   "was given on this terminal can be chosen by the arrows, or typed by its "
                   "number.")},
    {"receive_begin", N_("Who gave it, and when. How much it is you count yourself; the giver's "
                         "figure is told only when your count is recorded.")},
    {"receive_notes", N_("Type how many there are of each note: OK goes to the next, the arrows "
                         "choose, F1 is done. Torn and doubtful notes are counted too; they are "
                         "asked for next.")},
    {"receive_slips", N_("How much of the counted cash is in notes that may be false, or torn. "
                         "Then the slips of cheques and transfers that came with it, each as one "
                         "sum.")},
    {"receive_stands", N_("OK: the count stands, the cash is yours to keep, and a difference is "
                          "told. F1: count everything again.")},
    {"receive_result", N_("What the giver said, and what you counted. A difference stays open in "
                          "your name until it is explained: F1, now or later.")},
    {"deposit", N_("Cash into the bank: which day closes it covers, the account, the number of the "
                   "bank's slip and what it says. If the bank counted less, record it as it is: "
                   "the difference is explained afterwards.")},
    {"deposit_notes", N_("Count what goes to the bank, note by note: OK goes to the next, the "
                         "arrows choose, F1 is done. Count a false or torn note too: it is asked "
                         "for next.")},
    {"deposit_slips", N_("How much of it is in notes that the bank kept as false or gave back as "
                         "torn. Then the cheques and transfers that go with it, each as one "
                         "sum.")},
    {"deposit_result", N_("What left your hand and what the bank's slip says. The difference stays "
                          "open in your name until it is explained: F1, now or later.")},
    {"explain", N_("How much of the difference, why, and whose it is. A false note that the bank "
                   "took away has a slip with a number. To name somebody else a supervisor gives "
                   "their PIN. The day closes stay as they are.")},
    {"manual",
     N_("Money that was taken on a paper written by hand while the terminal was down. The "
        "number of the paper, when it was, why. Late fee stops at that time. Enter papers "
        "in their order.|A number that was not issued, or an earlier day, is entered all "
        "the same: the office will ask.")},
    {"invoice",
     N_("For who wants an invoice: the title, a tax number where it is a firm, and where "
        "it is sent. Scan the customer's own code where they have one. The office makes "
        "it; a receipt has one valid invoice.")},
    {"stock", N_("Numbers of paper that this terminal has, since the last count: the next one, how "
                 "many are used, void, spoiled and left. Each receipt takes the next number and "
                 "says it.|OK: take a range over, give its end back, end a number, correct the "
                 "next one, print the sheet. Whether papers take numbers a supervisor switches.")},
    {"stock_take", N_("What the office issued stands in the list; OK takes it over. Another range "
                      "can be typed or scanned: first and last number, and who gives it. ▲ turns "
                      "the last digit into its letters. The office asks about what it did not "
                      "issue.")},
    {"stock_end", N_("A number ends when its paper is no good: jammed, misprinted, torn, or taken "
                     "back from the customer with all its copies. It is never used again. A paper "
                     "that is printed again takes the next number.|Cross ended papers through and "
                     "keep them for the count.")},
    {"stock_next", N_("The number on the screen and the one in the printer must agree before the "
                      "next paper. Type what lies there: what is passed over counts as spoiled. "
                      "Back goes only what was passed over and not used.")},
    {"power", N_("Charge the battery. Everything is recorded; the work goes on where it "
                 "stopped.")},
};

/* What a display without room for a square code has: two lines above its foot. */
enum { SMALL_CELLS = 32 };

struct state {
    unsigned page;
};

const char *help_of(const char *screen)
{
    for (size_t i = 0; i < sizeof helps / sizeof helps[0]; i++)
        if (strcmp(helps[i].screen, screen) == 0)
            return _(helps[i].text);
    return NULL;
}

/* Every screen has one (tests/flow/screens.c); a page without words is better than none. */
static const char *text_of(const char *screen)
{
    const char *text = help_of(screen);
    return text ? text : "";
}

/* May a line end before `at`? Not inside a word, nor before a stop. */
static bool may_break(const char *text, size_t at)
{
    static const char *const stops[] = {"，", "。", "、", "：", "；", "！", "？", "）", "”"};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
        if (strncmp(text + at, stops[i], strlen(stops[i])) == 0)
            return false;
    bool begins = ((unsigned char)text[at] & 0xC0) != 0x80;
    bool word = (unsigned char)text[at - 1] < 0x80 && (unsigned char)text[at] < 0x80;
    return begins && (!word || text[at] == ' ');
}

/* How many bytes the page has that begins here. */
static size_t page_size(const struct flow_facts *facts, const char *text)
{
    size_t size = strcspn(text, "|"), fits = text_fit(text, SMALL_CELLS);
    if (facts->shows_code || fits >= size)
        return size;
    for (size_t at = fits; at > 0; at--)
        if (may_break(text, at))
            return at;
    return fits;
}

/* Page n of a text; false: there is none. */
static bool page_of(const struct flow_facts *facts, const char *text, unsigned n,
                    char out[SCREEN_LONG_MAX])
{
    char page[SCREEN_LONG_MAX];
    size_t size = page_size(facts, text);
    for (; n > 0; n--) {
        text += size;
        text += strspn(text, "| ");
        if (!*text)
            return false;
        size = page_size(facts, text);
    }
    if (size >= sizeof page)
        size = sizeof page - 1;
    memcpy(page, text, size);
    page[size] = '\0';
    text_copy(out, SCREEN_LONG_MAX, page);
    return true;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    char page[SCREEN_LONG_MAX];
    if (event->type != EVENT_ACTION)
        return;
    switch (event->as.key.action) {
    case ACTION_OK:
    case ACTION_DOWN:
        if (page_of(facts, text_of(args->text), s->page + 1, page))
            s->page++;
        else if (event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        break;
    case ACTION_UP:
        s->page -= s->page > 0;
        break;
    case ACTION_BACK:
    case ACTION_HASH:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char page[SCREEN_LONG_MAX], next[SCREEN_LONG_MAX];
    screen_begin(screen, "help", KEYS_CARD);
    screen_title(screen, _("Help"), args->heading[0] ? args->heading : facts->terminal);
    if (!page_of(facts, text_of(args->text), s->page, page))
        text_copy(page, sizeof page, "");
    screen_notice(screen, TONE_NORMAL, "", page);
    bool more = page_of(facts, text_of(args->text), s->page + 1, next);
    screen_key(screen, "OK", more ? _("Go on") : _("Back"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_help = {"help", sizeof(struct state), handle, show};
