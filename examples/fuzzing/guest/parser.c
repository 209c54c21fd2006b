/* A parser of messages, as firmware has them, with two faults to be found.

   message:  "WRAP"  version 1  records …
   record:   'N' varint                  a number: seven bits in a byte, the top bit says that more follow
             'T' length bytes …          a text, in which % stands for the two characters percent and dot
             'G' length records …        a group
             'K' "SKIP" length           skips so many bytes
             'E'                         the end

   The first: 'T' holds the length that it reads to the size of the buffer, not the length that it writes. The buffer is the last
   of RAM, so that what is too much faults. The second: a length of 'K' is signed, so that a skip may go back for ever. */

#define most 32

unsigned char text[most] __attribute__((section(".last")));
volatile unsigned long sum;

static const unsigned char* records(const unsigned char* at, const unsigned char* end, int depth);

static const unsigned char* number(const unsigned char* at, const unsigned char* end) {
    unsigned long value = 0;
    for (int shift = 0; at != end && shift < 63; shift += 7) {
        const unsigned char byte = *at++;
        value |= (unsigned long)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            sum += value;
            return at;
        }
    }
    return 0;
}

static const unsigned char* copy(const unsigned char* at, const unsigned char* end) {
    if (at == end) return 0;
    const unsigned long length = *at++;
    if (length > most || length > (unsigned long)(end - at)) return 0;
    unsigned char* to = text;
    for (unsigned long i = 0; i != length; ++i) {
        *to++ = at[i];
        if (at[i] == '%') *to++ = '.';
    }
    return at + length;
}

static const unsigned char* group(const unsigned char* at, const unsigned char* end, int depth) {
    if (at == end || depth == 4) return 0;
    const unsigned long length = *at++;
    if (length > (unsigned long)(end - at)) return 0;
    return records(at, at + length, depth + 1) ? at + length : 0;
}

static const unsigned char* skip(const unsigned char* at, const unsigned char* end) {
    if (end - at < 5) return 0;
    const unsigned key = at[0] | at[1] << 8 | at[2] << 16 | (unsigned)at[3] << 24;
    if (key != 0x50494b53) return 0;
    const signed char length = (signed char)at[4];
    at += 5;
    return length > end - at ? 0 : at + length;
}

static const unsigned char* records(const unsigned char* at, const unsigned char* end, int depth) {
    while (at && at != end) {
        switch (*at++) {
        case 'N': at = number(at, end); break;
        case 'T': at = copy(at, end); break;
        case 'G': at = group(at, end, depth); break;
        case 'K': at = skip(at, end); break;
        case 'E': return at;
        default: return 0;
        }
    }
    return at;
}

int parse(const unsigned char* message, unsigned long size) {
    const unsigned char* const end = message + size;
    if (size < 5) return 1;
    if (message[0] != 'W') return 2;
    if (message[1] != 'R') return 3;
    if (message[2] != 'A') return 4;
    if (message[3] != 'P') return 5;
    if (message[4] != 1) return 6;
    return records(message + 5, end, 0) ? 0 : 7;
}
