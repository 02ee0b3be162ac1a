// Compiles Boost.Asio once for the whole program; every other file reads declarations only
// (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
