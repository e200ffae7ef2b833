import { describe, expect, it } from 'vitest';
import { element, unescapeText } from '../../../../../signaling/directory/xml/text.ts';
import { xmlFault } from '../../../../../signaling/directory/xml/well-formed.ts';

describe('Text in XML', () => {
  it.each([
    ['plain', '<n>plain</n>'],
    ['<b> & "q" \'a\'', '<n>&lt;b&gt; &amp; "q" \'a\'</n>'],
    ['a\r\nb', '<n>a&#13;\nb</n>'],
    ['José 😀', '<n>José 😀</n>'],
    ['a\u0000b', '<n encoding="json">"a\\u0000b"</n>'],
    ['\ud800', '<n encoding="json">"\\ud800"</n>'],
    ['\uffff<', '<n encoding="json">"\\uffff&lt;"</n>'],
  ])('%j is written so that any parser gives it back', (text, xml) => {
    expect(element('n', text)).toBe(xml);
    expect(xmlFault(xml)).toBeUndefined();
  });

  it.each([
    ['&lt;&gt;&amp;&quot;&apos;', '<>&"\''],
    ['&#233;&#xE9;&#x1F600;', 'éé😀'],
    ['&unknown; &#x110000; &', '&unknown; &#x110000; &'],
    ['&amp;lt;', '&lt;'],
  ])('%j is read as %j', (raw, text) => {
    expect(unescapeText(raw)).toBe(text);
  });
});

describe('Well-formed XML', () => {
  it.each(['<a/>', '<a></a>', ' <a>text<b x="1"/></a>\n', '<?xml version="1.0"?><!-- <x> --><a><![CDATA[<b>]]></a>'])('%s', (text) => {
    expect(xmlFault(text)).toBeUndefined();
  });

  it.each(['', 'text', '<a>', '</a>', '<a></b>', '<a/><b/>', '<a/>text', '<a><</a>', '<!DOCTYPE a><a/>', '<a', '<a><b></a></b>', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`])('is not %s', (text) => {
    expect(xmlFault(text)).toBeTypeOf('string');
  });

  it('is judged in time that grows with its length alone', () => {
    for (const text of ['<!--'.repeat(100_000), '<a '.repeat(100_000), '<![CDATA['.repeat(50_000)]) {
      const before = performance.now();
      expect(xmlFault(text)).toBeTypeOf('string');
      expect(performance.now() - before).toBeLessThan(1000);
    }
  });
});
