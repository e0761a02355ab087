// Reading the configuration from this host: the disk and the host's facts behind config's interfaces, and the
// bundle of texts that the supervisor hands to the other processes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config/host.hpp"
#include "understudy/config/load.hpp"
#include "understudy/config/source.hpp"

#include "options.hpp"

namespace understudy::daemon {

class DiskReader final : public config::SourceReader {
public:
    [[nodiscard]] std::expected<std::string, config::ReadFault> read(const std::string& path) const override;
    [[nodiscard]] std::vector<std::string> glob(const std::string& pattern) const override;
};

class ThisHost final : public config::Host {
public:
    [[nodiscard]] std::optional<config::LinkFacts> link(const std::string& name) const override;
    [[nodiscard]] std::string short_host_name() const override;
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
    [[nodiscard]] std::optional<config::UserFacts> user(const std::string& name) const override;
    [[nodiscard]] std::optional<std::uint32_t> group(const std::string& name) const override;
    [[nodiscard]] config::ScriptFacts script(const std::string& program,
                                             const std::string& user) const override;
};

[[nodiscard]] config::LoadResult load_from_disk(const Options& options);

// The status a start that is refused ends with: that of -t, except that a start never ends with 0.
[[nodiscard]] int refusal_status(const config::Diagnostics& diagnostics);

// All files of a load as one text, and back; none: not such a text.
[[nodiscard]] std::string pack(const std::vector<config::SourceFile>& files);
[[nodiscard]] std::optional<std::vector<config::SourceFile>> unpack(std::string_view bundle);

// The same load again from the texts alone.
[[nodiscard]] config::LoadResult load_from_bundle(const Options& options,
                                                  const std::vector<config::SourceFile>& files);

}  // namespace understudy::daemon
