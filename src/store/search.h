#pragma once

#include "store/rows.h"

namespace switchyard::store {

//! The words of a text as they are looked up: lower case, letters and digits only, each once, in order. Scripts that
//! put no blanks between words give one word for each character. Bounded in number and length.
QStringList wordsOf(const QString& text);
//! What a task is found by.
QStringList wordsOf(const TaskSpec& spec);
//! The same as one text with blanks around each word: what a filter looks through for what begins with a term.
QString wordText(const QStringList& words);

//! Makes the words of tasks that were kept before there were any. Once, when the store is opened.
Result<> fillWords(const Connection& connection);

} // namespace switchyard::store
