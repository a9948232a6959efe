// An audit's report: for scripts, for a terminal, and as one page that needs nothing else.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "audit/auditor.h"

namespace generion::cli {

boost::json::object report_json(const audit::AuditReport& report);
std::string report_text(const audit::AuditReport& report);
// Self-contained HTML with charts as inline SVG.
std::string report_html(const audit::AuditReport& report);

// Signature checks of the audit a second, by all threads; 0 if nothing was checked.
std::uint64_t transactions_per_second(const audit::AuditReport& report);

}  // namespace generion::cli
