// Consoles on the host: files, pipes, sockets, pseudo terminals.
#pragma once

#include <wirewrap/console/open.hpp>
#include <wirewrap/console/os.hpp>
#include <wirewrap/console/serial_option.hpp>
#include <wirewrap/console/server.hpp>
#include <wirewrap/console/stream.hpp>
