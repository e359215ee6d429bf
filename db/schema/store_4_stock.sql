-- The host's store, version 4: numbered paper (db/store_stock.h says what columns mean).

-- name: store_tables_4_stock
CREATE TABLE stock_move (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_s INTEGER NOT NULL,
    act INTEGER NOT NULL,
    type INTEGER NOT NULL,
    series TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    giver TEXT NOT NULL,                -- '' = the office
    taker TEXT NOT NULL,
    terminal TEXT NOT NULL,             -- '' = anywhere
    seq INTEGER NOT NULL,               -- of its record; 0 = the office did it
    by_user TEXT NOT NULL,
    unissued INTEGER NOT NULL
) STRICT;
CREATE INDEX stock_move_numbers ON stock_move (type, series, first);
CREATE UNIQUE INDEX stock_move_record ON stock_move (terminal, seq) WHERE seq > 0;

CREATE TABLE stock_range (
    type INTEGER NOT NULL,
    series TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    issue INTEGER NOT NULL,
    holder TEXT NOT NULL,
    giver TEXT NOT NULL,
    terminal TEXT NOT NULL,
    taken INTEGER NOT NULL,
    since_s INTEGER NOT NULL,
    PRIMARY KEY (type, series, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_range_waits ON stock_range (terminal, issue) WHERE taken = 0;

CREATE TABLE stock_number (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type INTEGER NOT NULL,
    series TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    state INTEGER NOT NULL,
    at_s INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    receipt INTEGER NOT NULL,           -- seq of the payment; 0 = none
    copy INTEGER NOT NULL,
    account TEXT NOT NULL,
    face_minor INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    all_copies INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    late_days INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_number_first ON stock_number (type, series, first);
CREATE INDEX stock_number_several ON stock_number (type, series, first) WHERE last > first;
CREATE INDEX stock_number_receipt ON stock_number (terminal, receipt, type, state);

CREATE TABLE stock_count (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_s INTEGER NOT NULL,
    date INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    type INTEGER NOT NULL,
    series TEXT NOT NULL,
    next INTEGER NOT NULL,
    used INTEGER NOT NULL,
    voided INTEGER NOT NULL,
    spoiled INTEGER NOT NULL,
    unused INTEGER NOT NULL,
    face_minor INTEGER NOT NULL,
    known_used INTEGER NOT NULL,        -- as its records say here
    known_voided INTEGER NOT NULL,
    known_spoiled INTEGER NOT NULL,
    known_ended INTEGER NOT NULL,
    known_face_minor INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_count_date ON stock_count (date, terminal, seq);
