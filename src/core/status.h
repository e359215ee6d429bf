/*
 * One list of what a call can answer: number and text together.
 *
 * Zero is done. Positive: the world said no and a person can act. Negative: something broke
 * (disk, data, protocol). Numbers are written into journals and sent over the line, so the list is
 * appended to and never renumbered. Texts are msgids: pass status_text() through gettext.
 *
 * Bugs of ours are no status: they are assert(), which stays on in release builds.
 */
#ifndef TILL_STATUS_H
#define TILL_STATUS_H

#define TILL_CHECKED __attribute__((warn_unused_result))

/* name, number, what it means and what to do next (an English msgid for an operator) */
#define TILL_STATUS_LIST(X)                                                                        \
    X(TILL_OK, 0, "Done")                                                                          \
    X(TILL_PAPER_OUT, 1, "Out of paper. Put in a new roll.")                                       \
    X(TILL_COVER_OPEN, 2, "The printer cover is open. Close it.")                                  \
    X(TILL_PRINTER_HOT, 3, "The print head is too hot. Wait a minute.")                            \
    X(TILL_DEVICE_OFFLINE, 4, "The device does not answer. Check that it is on and connected.")    \
    X(TILL_BATTERY_LOW, 5, "The battery is low. Charge it now.")                                   \
    X(TILL_TIMEOUT, 6, "No answer in time. Try again.")                                            \
    X(TILL_NO_NETWORK, 7, "No signal. Work goes on; records are sent later.")                      \
    X(TILL_NOT_ENROLLED, 8, "This terminal is not enrolled yet.")                                  \
    X(TILL_NOT_FOUND, 9, "Not found. Check what was typed.")                                       \
    X(TILL_LIMIT_REACHED, 10, "A limit is reached. Hand in cash or sync.")                         \
    X(TILL_WRONG_PIN, 11, "User number or PIN is wrong.")                                          \
    X(TILL_LOCKED_OUT, 12, "Too many wrong PINs. Wait, then try again.")                           \
    X(TILL_REFUSED, 13, "The office refused this. Call the office.")                               \
    X(TILL_BAD_INPUT, 14, "This is not valid. Check what was typed.")                              \
    X(TILL_TOO_LARGE, 15, "Too large. Check what was typed.")                                      \
    X(TILL_BUSY, 16, "Busy. Wait a moment.")                                                       \
    X(TILL_CODE_WRONG, 17, "The enrolment code is wrong or used. Ask for a new one.")              \
    X(TILL_WRONG_HOST, 18, "This is not the host of the enrolment paper. Don't go on; call.")      \
    X(TILL_CLOCK_WRONG, 19, "The date or time is wrong. Set the clock.")                           \
    X(TILL_DISK_FULL, 20, "The storage is full. Sync, then call a technician.")                    \
    X(TILL_UNSUPPORTED, 21, "This device can't do that.")                                          \
    X(TILL_NO_BOOK, 22, "There is no meter book yet. Sync first.")                                 \
    X(TILL_NO_SHIFT, 23, "No shift is open. Open one first.")                                      \
    X(TILL_UNCHANGED, 24, "Nothing new.")                                                          \
    X(TILL_READ_ONLY, 25, "Newer software wrote this data. It can be sent, not changed.")          \
    X(TILL_REVOKED, 26, "The office has blocked this terminal. Call the office.")                  \
    X(TILL_STOPPED, 27, "The office has stopped new collections here. Call the office.")           \
    X(TILL_NEED_EARLIER, 28, "The host needs earlier records first. They are sent now.")           \
    X(TILL_CUTTER_STUCK, 29, "The paper cutter is stuck. Open the cover and clear it.")            \
    X(TILL_AIRPLANE, 30, "Airplane mode is on. Turn it off to send.")                              \
    X(TILL_LOGIN_PAGE, 31, "A login page stands in the way. Use another network.")                 \
    X(TILL_CERT_EXPIRED, 32, "This terminal's certificate has run out. Call the office.")          \
    X(TILL_HOST_EXPIRED, 33, "The office's certificate has run out. Call the office.")             \
    X(TILL_BUDGET, 34, "Today's data is used up. Only urgent things go.")                          \
    X(TILL_AUTHORITY_GONE, 35, "The office has other keys now. Send by stick, then enrol anew.")   \
    X(TILL_E_IO, -1, "Reading or writing failed. Call a technician.")                              \
    X(TILL_E_CORRUPT, -2, "Stored data is damaged. Stop work and call a technician.")              \
    X(TILL_E_FORK, -3, "Two different records bear one number. Stop work and call the office.")    \
    X(TILL_E_PROTOCOL, -4, "The other side sent something that can't be read.")                    \
    X(TILL_E_SIGNATURE, -5, "A signature is wrong. Don't go on; call the office.")                 \
    X(TILL_E_CRYPTO, -6, "A key or a cipher failed. Call a technician.")                           \
    X(TILL_E_MEMORY, -7, "Out of memory. Restart the terminal.")                                   \
    X(TILL_E_DATABASE, -8, "The database failed. Restart; then call a technician.")                \
    X(TILL_E_CHAIN, -9, "The records do not join up. Stop work and call the office.")              \
    X(TILL_E_CONFIG, -10, "A setting is wrong or missing. Call a technician.")                     \
    X(TILL_E_OVERFLOW, -11, "A number is too large to be added.")                                  \
    X(TILL_E_DEVICE, -12, "The device failed. Call a technician.")

enum till_status {
#define X(name, number, text) name = number,
    TILL_STATUS_LIST(X)
#undef X
};

/*
 * The English text of a status, static, never NULL. A number outside the list gives "Unknown
 * status": numbers from the wire may be newer than this software.
 */
const char *status_text(int status);

/* The name as written here ("TILL_PAPER_OUT"), for logs and tools; "TILL_?" outside the list. */
const char *status_name(int status);

#endif
