// vhost-user over the RAM of machines whose backend is shared.
#pragma once

#include <wirewrap/vhost/block_request.hpp>
#include <wirewrap/vhost/channel.hpp>
#include <wirewrap/vhost/disk.hpp>
#include <wirewrap/vhost/front_end.hpp>
#include <wirewrap/vhost/lent_memory.hpp>
#include <wirewrap/vhost/os.hpp>
#include <wirewrap/vhost/protocol.hpp>
#include <wirewrap/vhost/shared_ram.hpp>
#include <wirewrap/vhost/split_queue.hpp>
