// What main() puts together.
#pragma once

namespace access_benchmark {

void add_machines();
void add_by_hand();
void add_in_order();

}  // namespace access_benchmark
