// Compares and swaps: sorts pseudo-random numbers; the result depends on the place of each.
enum { count = 20000 };
static unsigned numbers[count];

static void sort(unsigned* first, unsigned* last) {  // [first, last]
    while (first < last) {
        const unsigned pivot = first[(last - first) / 2];
        unsigned *i = first, *j = last;
        while (i <= j) {
            while (*i < pivot) i++;
            while (*j > pivot) j--;
            if (i <= j) {
                const unsigned t = *i;
                *i++ = *j;
                *j-- = t;
            }
        }
        if (j - first < last - i) {
            sort(first, j);
            first = i;
        } else {
            sort(i, last);
            last = j;
        }
    }
}

unsigned long program(void) {
    unsigned x = 1;
    for (int i = 0; i < count; i++) {
        x = x * 1664525 + 1013904223;
        numbers[i] = x;
    }
    sort(numbers, numbers + count - 1);
    unsigned long hash = 0;
    for (int i = 0; i < count; i++) hash = hash * 31 + numbers[i];
    return hash;
}
