// The files of the exporter's page, as they lie in src/cli/web.
#pragma once

#include <string_view>

namespace understudy::cli {

extern const std::string_view kPageHtml;
extern const std::string_view kPageStyle;
extern const std::string_view kPageProgram;
extern const std::string_view kPageIcon;

}  // namespace understudy::cli
