#include "understudy/os/host_facts.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <span>
#include <string_view>
#include <system_error>

#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/link_requests.hpp"
#include "understudy/os/unique_fd.hpp"

#include "proc_folder.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kLargestHostList = std::size_t{16} << 20;

std::string content_of(const std::string& path) {
    return read_file(path, Executables::Read, kLargestHostList).value_or("");
}

// Columns are set apart by any number of blanks.
std::vector<std::string_view> columns_of(std::string_view line) {
    std::vector<std::string_view> columns;
    for (std::size_t at = line.find_first_not_of(' '); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find(' ', at), line.size());
        columns.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(' ', end);
    }
    return columns;
}

// /proc/net/raw: "sl local_address rem_address st …", where the port of a raw socket is its protocol, and the
// tenth column its inode.
void add_inodes(const std::string& text, std::uint8_t protocol, std::set<std::string>& inodes) {
    constexpr std::size_t kInode = 9;
    constexpr int kHexadecimal = 16;
    std::string_view rest{text};
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const auto columns = columns_of(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (columns.size() <= kInode) continue;
        const std::size_t colon = columns[1].rfind(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view port = columns[1].substr(colon + 1);
        unsigned number = 0;
        std::from_chars(port.data(), port.data() + port.size(), number, kHexadecimal);
        if (number == protocol) inodes.insert("socket:[" + std::string{columns[kInode]} + "]");
    }
}

bool holds_one(std::uint32_t process, const std::set<std::string>& inodes) {
    std::error_code error;
    const std::string folder = "/proc/" + std::to_string(process) + "/fd";
    std::filesystem::directory_iterator entry{folder, error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        const auto target = std::filesystem::read_symlink(entry->path(), error);
        if (!error && inodes.contains(target.string())) return true;
        error.clear();
    }
    return false;
}

std::uint32_t parent_of(std::uint32_t process) {
    const std::string text = content_of("/proc/" + std::to_string(process) + "/status");
    constexpr std::string_view kKey = "\nPPid:\t";
    const std::size_t at = text.find(kKey);
    if (at == std::string::npos) return 0;
    const std::size_t begin = at + kKey.size();
    return parse_number<std::uint32_t>(std::string_view{text}.substr(begin, text.find('\n', begin) - begin))
        .value_or(0);
}

std::expected<net::Address, SysError> own_address_of(int fd, bool v4) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) < 0)
        return std::unexpected(SysError::last("ask for the address of a socket"));
    std::array<std::byte, 16> octets{};
    const std::size_t count = v4 ? 4 : 16;
    const std::size_t offset = v4 ? offsetof(sockaddr_in, sin_addr) : offsetof(sockaddr_in6, sin6_addr);
    std::memcpy(octets.data(), reinterpret_cast<const char*>(&own) + offset, count);
    return *net::Address::from_bytes(std::span{octets}.first(count));
}

}  // namespace

std::vector<SocketHolder> holders_of_raw_sockets(std::uint8_t protocol) {
    std::set<std::string> inodes;
    for (const char* const list : {"/proc/net/raw", "/proc/net/raw6"})
        add_inodes(content_of(list), protocol, inodes);
    std::vector<SocketHolder> holders;
    if (inodes.empty()) return holders;
    for (const std::uint32_t process : running_pids())
        if (holds_one(process, inodes))
            holders.push_back({process, parent_of(process), program_name(process).value_or("")});
    return holders;
}

std::optional<std::string> program_name(std::uint32_t process) {
    auto name = read_file("/proc/" + std::to_string(process) + "/comm");
    if (!name) return std::nullopt;
    if (name->ends_with('\n')) name->pop_back();
    return *std::move(name);
}

std::optional<net::Address> source_towards(const net::Address& destination) {
    const bool v4 = destination.is_v4();
    const UniqueFd fd{::socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    constexpr std::uint16_t kAnyPort = 9;  // nothing is sent
    int connected = -1;
    if (v4) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(kAnyPort);
        std::memcpy(&to.sin_addr, destination.bytes().data(), sizeof to.sin_addr);
        connected = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    } else {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(kAnyPort);
        std::memcpy(&to.sin6_addr, destination.bytes().data(), sizeof to.sin6_addr);
        connected = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    if (connected < 0) return std::nullopt;
    const auto own = own_address_of(fd.get(), v4);
    return own ? std::optional{*own} : std::nullopt;
}

std::optional<bool> is_clock_synchronised() {
    timex state{};
    const int result = ::adjtimex(&state);
    if (result < 0) return std::nullopt;
    return result != TIME_ERROR && (static_cast<unsigned>(state.status) & unsigned{STA_UNSYNC}) == 0;
}

std::optional<bool> has_kernel_module(const std::string& name) {
    std::error_code error;
    if (std::filesystem::exists("/sys/module/" + name, error)) return true;
    utsname system{};
    if (::uname(&system) < 0) return std::nullopt;
    const std::string folder = std::string{"/lib/modules/"} + system.release;
    const std::string list = content_of(folder + "/modules.dep") + content_of(folder + "/modules.builtin");
    if (list.empty()) return std::nullopt;
    return list.contains("/" + name + ".ko");
}

std::optional<bool> has_link_kind(const std::string& kind) {
    auto requests = LinkRequests::open();
    if (!requests) return std::nullopt;
    const auto refused = requests->make_incomplete(kind);
    if (refused) return true;  // it makes one of no base at all
    if (refused.error().code == EOPNOTSUPP) return false;
    return refused.error().code == EPERM ? std::nullopt : std::optional{true};
}

}  // namespace understudy::os
