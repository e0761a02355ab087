// check_config FILE: loads a configuration with the facts of this host, prints what there is to say about it,
// and ends with the status that `-t` has. The compatibility test compares that status with keepalived's.
#include <glob.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "understudy/config/load.hpp"
#include "understudy/config/render.hpp"

namespace {

using namespace understudy;

class DiskReader final : public config::SourceReader {
public:
    std::expected<std::string, config::ReadFault> read(const std::string& path) const override {
        struct stat facts{};
        if (::stat(path.c_str(), &facts) != 0) return std::unexpected(config::ReadFault::Missing);
        if (S_ISDIR(facts.st_mode)) return std::unexpected(config::ReadFault::Directory);
        if ((facts.st_mode & 0111) != 0) return std::unexpected(config::ReadFault::Executable);
        std::ifstream file{path, std::ios::binary};
        std::ostringstream contents;
        contents << file.rdbuf();
        if (!file) return std::unexpected(config::ReadFault::Unreadable);
        return contents.str();
    }

    std::vector<std::string> glob(const std::string& pattern) const override {
        glob_t found{};
        std::vector<std::string> paths;
        if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
            for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
        ::globfree(&found);
        return paths;
    }
};

std::string found_in_path(const std::string& program) {
    const char* const path = std::getenv("PATH");
    if (program.find('/') != std::string::npos || path == nullptr) return program;
    std::istringstream directories{path};
    for (std::string directory; std::getline(directories, directory, ':');)
        if (std::filesystem::exists(directory + "/" + program)) return directory + "/" + program;
    return program;
}

class ThisHost final : public config::Host {
public:
    std::optional<config::LinkFacts> link(const std::string& name) const override {
        ifreq request{};
        if (name.size() >= IFNAMSIZ) return std::nullopt;
        std::memcpy(request.ifr_name, name.data(), name.size());
        const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        config::LinkFacts facts;
        const bool exists = ::ioctl(fd, SIOCGIFMTU, &request) == 0;
        facts.mtu = static_cast<std::uint32_t>(request.ifr_mtu);
        facts.loopback = ::ioctl(fd, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_LOOPBACK) != 0;
        ::close(fd);
        return exists ? std::optional{facts} : std::nullopt;
    }

    std::string short_host_name() const override {
        char name[256] = {};
        ::gethostname(name, sizeof name - 1);
        return std::string{name}.substr(0, std::string_view{name}.find('.'));
    }

    std::optional<std::string> environment(const std::string& name) const override {
        const char* const value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string>{value} : std::nullopt;
    }

    std::optional<config::UserFacts> user(const std::string& name) const override {
        const passwd* const entry = ::getpwnam(name.c_str());
        return entry != nullptr ? std::optional{config::UserFacts{entry->pw_uid, entry->pw_gid}}
                                : std::nullopt;
    }

    std::optional<std::uint32_t> group(const std::string& name) const override {
        const ::group* const entry = ::getgrnam(name.c_str());
        return entry != nullptr ? std::optional{entry->gr_gid} : std::nullopt;
    }

    config::ScriptFacts script(const std::string& program, const std::string&) const override {
        config::ScriptFacts facts;
        std::error_code failed;
        const auto path = std::filesystem::canonical(found_in_path(program), failed);
        facts.exists = !failed;
        if (failed) return facts;
        std::filesystem::path walked;
        for (const auto& step : path) {
            walked /= step;
            struct stat part{};
            if (::stat(walked.c_str(), &part) != 0) return facts;
            facts.parts.push_back({walked.string(), part.st_uid, part.st_gid, part.st_mode & 07777u});
            facts.regular = S_ISREG(part.st_mode);
            facts.executable = (part.st_mode & 0111) != 0;
        }
        return facts;
    }
};

}  // namespace

int main(int count, char** arguments) {
    config::LoadOptions options;
    std::string path;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        if (word == "--all-config") {
            options.all_config = true;
        } else if (word == "--lenient") {
            options.lenient = true;
        } else {
            path = word;
        }
    }
    const config::LoadResult result = config::load(path, DiskReader{}, ThisHost{}, options);
    std::cerr << config::render(result.diagnostics.all());
    return result.diagnostics.exit_status();
}
