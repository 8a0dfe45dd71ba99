// The one name for coroutines in this room.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace server {

namespace asio = boost::asio;

template <class T>
using awaitable = asio::awaitable<T>;

using Executor = asio::any_io_executor;

}  // namespace server
