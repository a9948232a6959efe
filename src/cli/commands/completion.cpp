#include <fmt/format.h>

#include "cli/commands/command.h"

namespace generion::cli {
namespace {

struct CompletionArgs {
  std::string shell = "bash";
};

// "record list" -> the words that may follow, for the command and all below it.
void add_cases(const CLI::App& app, const std::string& path, std::string& out) {
  std::string words;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    words += sub->get_name() + ' ';
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += "--" + name + ' ';
  }
  if (words.ends_with(' ')) words.pop_back();
  out += fmt::format("    '{}') words='{}' ;;\n", path, words);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    add_cases(*sub, path.empty() ? sub->get_name() : path + ' ' + sub->get_name(), out);
  }
}

constexpr std::string_view kHead =
    R"(# generion's completion for bash: source <(generion completion bash)
_generion() {
  local path='' word words=''
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*|*/*|*=*) ;; *) path="${path:+$path }$word" ;; esac
  done
  case "$path" in
)";

constexpr std::string_view kTail = R"(  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _generion generion
)";

}  // namespace

void add_completion(CLI::App& root, Action& selected) {
  auto args = std::make_shared<CompletionArgs>();
  CLI::App* app =
      root.add_subcommand("completion", "Completion script: source <(generion completion bash)");
  app->add_option("SHELL", args->shell, "bash")->check(CLI::IsMember({"bash"}))->required();
  app->callback([args, &root, &selected] {
    selected = [args, &root](Context&) -> Result<Report> {
      std::string cases;
      add_cases(root, "", cases);
      std::string script = std::string(kHead) + cases + std::string(kTail);
      return Report{.json = boost::json::object{{"script", script}}, .text = script};
    };
  });
}

}  // namespace generion::cli
