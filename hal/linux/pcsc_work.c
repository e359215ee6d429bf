/* The thread that talks to the card: it may wait, so that nobody else must. */
#include <string.h>

#include "pcsc_apdu.h"
#include "pcsc_watch.h"

/* What the daemon answers, as a status of the contract (card.h). */
static enum till_status status_of(LONG answer)
{
    switch (answer) {
    case SCARD_S_SUCCESS:
        return TILL_OK;
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
    case SCARD_W_RESET_CARD: /* by another program: what was selected is no more */
        return TILL_NOT_FOUND;
    case SCARD_W_UNRESPONSIVE_CARD:
    case SCARD_W_UNPOWERED_CARD:
    case SCARD_W_UNSUPPORTED_CARD:
    case SCARD_E_PROTO_MISMATCH:
    case SCARD_E_NOT_TRANSACTED:
    case SCARD_E_CARD_UNSUPPORTED:
        return TILL_E_PROTOCOL;
    case SCARD_E_SHARING_VIOLATION:
        return TILL_BUSY;
    case SCARD_E_TIMEOUT:
        return TILL_TIMEOUT;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_READER_UNAVAILABLE:
    case SCARD_E_NO_READERS_AVAILABLE:
    case SCARD_E_INVALID_HANDLE:
    case SCARD_F_COMM_ERROR:
        return TILL_DEVICE_OFFLINE;
    default:
        return TILL_E_DEVICE;
    }
}

static void let_go(struct pcsc *p)
{
    if (p->has_card) {
        (void)SCardDisconnect(p->card, SCARD_UNPOWER_CARD);
    }
    p->has_card = false;
}

/* After the daemon was away no handle of ours is worth anything. */
static void forget_daemon(struct pcsc *p)
{
    let_go(p);
    if (p->has_context) {
        (void)SCardReleaseContext(p->context);
    }
    p->has_context = false;
}

static enum till_status power_up(struct pcsc *p, const char *name, struct card_atr *atr_out)
{
    DWORD protocol = 0;
    DWORD state = 0;
    let_go(p); /* unpowered: what follows is a cold reset */
    if (!p->has_context) {
        LONG made = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->context);
        if (made != SCARD_S_SUCCESS) {
            return TILL_DEVICE_OFFLINE;
        }
        p->has_context = true;
    }
    LONG answer = SCardConnect(p->context, name, SCARD_SHARE_EXCLUSIVE,
                               SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &p->card, &protocol);
    if (answer != SCARD_S_SUCCESS) {
        return status_of(answer);
    }
    p->has_card = true;
    p->is_t0 = protocol == SCARD_PROTOCOL_T0;
    uint8_t atr[MAX_ATR_SIZE];
    DWORD size = sizeof atr;
    answer = SCardStatus(p->card, NULL, NULL, &state, &protocol, atr, &size);
    if (answer == SCARD_S_SUCCESS && !atr_is_whole((struct span){atr, size})) {
        let_go(p);
        return TILL_E_PROTOCOL;
    }
    if (answer == SCARD_S_SUCCESS) {
        memcpy(atr_out->bytes, atr, size);
        atr_out->size = size;
    }
    return status_of(answer);
}

static enum till_status carry(void *context, struct span command, uint8_t *response_out,
                              size_t capacity, size_t *size_out)
{
    struct pcsc *p = context;
    DWORD size = (DWORD)capacity;
    LONG answer = SCardTransmit(p->card, p->is_t0 ? SCARD_PCI_T0 : SCARD_PCI_T1, command.data,
                                (DWORD)command.size, NULL, response_out, &size);
    *size_out = answer == SCARD_S_SUCCESS ? size : 0;
    return status_of(answer);
}

static void carry_out(struct pcsc *p, enum pcsc_request request, const char *name)
{
    struct apdu_carrier carrier = {p, carry};
    struct span command = {p->command, p->command_size};
    switch (request) {
    case PCSC_CONNECT:
        p->status = power_up(p, name, &p->atr);
        break;
    case PCSC_TRANSMIT:
        p->status = p->has_card ? apdu_exchange(&carrier, p->is_t0, command, p->response,
                                                sizeof p->response, &p->response_size)
                                : TILL_NOT_FOUND;
        break;
    case PCSC_DISCONNECT:
    case PCSC_NONE:
        let_go(p);
        p->status = TILL_OK;
        break;
    }
    if (p->status == TILL_DEVICE_OFFLINE || p->status == TILL_E_DEVICE) {
        forget_daemon(p);
    } else if (p->status != TILL_OK && p->status != TILL_BAD_INPUT) {
        let_go(p);
    }
    explicit_bzero(p->command, sizeof p->command);
}

void *pcsc_work(void *pcsc)
{
    struct pcsc *p = pcsc;
    char name[PCSC_NAME_MAX];
    pthread_mutex_lock(&p->lock);
    while (!p->closing) {
        if (p->request == PCSC_NONE) {
            pthread_cond_wait(&p->changed, &p->lock);
            continue;
        }
        enum pcsc_request request = p->request;
        memcpy(name, p->name, sizeof name);
        pthread_mutex_unlock(&p->lock);
        carry_out(p, request, name);
        pthread_mutex_lock(&p->lock);
        if (p->abandoned) {
            explicit_bzero(p->response, sizeof p->response);
            p->abandoned = false;
            pthread_mutex_unlock(&p->lock);
            let_go(p);
            pthread_mutex_lock(&p->lock);
        }
        p->request = PCSC_NONE;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
    forget_daemon(p);
    pcsc_leave(p);
    return NULL;
}
