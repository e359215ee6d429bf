/*
 * The names of a TLS server as the value of a subjectAltName extension.
 *
 * It knows DNS names and addresses as text and GeneralNames in DER; it resolves nothing.
 */
#ifndef TILL_HOSTS_H
#define TILL_HOSTS_H

#include "bytes.h"
#include "status.h"

enum { HOSTS_MAX = 8, HOST_NAME_MAX_SIZE = 253, HOSTS_DER_MAX = 768 };

/*
 * "localhost,127.0.0.1,::1" -> GeneralNames. RFC 5280 §4.2.1.6: dNSName as IA5String, iPAddress as
 * 4 or 16 octets.
 * TILL_BAD_INPUT: none, more than HOSTS_MAX, or one that is neither an address nor a host name of
 * RFC 1123 §2.1 (a last label of digits only is a mistyped address). TILL_TOO_LARGE: over the
 * buffer.
 */
enum till_status hosts_encode(const char *hosts, struct buffer *der_out) TILL_CHECKED;

#endif
