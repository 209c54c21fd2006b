// Shifts, masks and a table: the CRC-32 of the text "123456789", repeated.
static unsigned table[256];

unsigned long program(void) {
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
    unsigned long sum = 0;
    for (int times = 1; times <= 1000; times++) {
        unsigned crc = ~0u;
        for (const char* p = "123456789"; *p != 0; p++) crc = table[(crc ^ (unsigned char)*p) & 255] ^ (crc >> 8);
        sum += ~crc;
    }
    return sum;
}
