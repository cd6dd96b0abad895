/// The style rules of a page, from phones to wide screens, light and dark: words and figures in a column of the
/// width that they are read best in, tables as wide as the window.
enum PageStyle {
    /// Width in pixels below which the narrow drawings of figures are shown.
    static let narrowBelow = 700
    /// Width of narrow drawings, px; a phone of 400 px leaves so much between its margins.
    static let narrowCanvas = 368.0
    /// Width of wide drawings, px.
    static let wideCanvas = 920.0

    /// Colours are those of the figures.
    static let css = """
        :root{--paper:#fff;--ink:#1d2329;--muted:#5b6570;--line:#e3e6ea;--track:#f2f4f6;--accent:#0072b2}
        @media (prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e8ebee;--muted:#a3acb6;--line:#2f363e;\
        --track:#1e242a;--accent:#3f97db}}
        :root{color-scheme:light dark}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",\
        Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;overflow-wrap:break-word}
        main{max-width:1600px;margin:0 auto;padding:16px}
        h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 1rem}
        h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
        p{margin:.5rem 0}
        a{color:var(--accent)}
        .muted,footer{color:var(--muted);font-size:.9rem}
        .keys{display:grid;grid-template-columns:repeat(auto-fill,minmax(165px,1fr));gap:8px;margin:0}
        .keys div{background:var(--track);border-radius:6px;padding:8px 12px;min-width:0}
        .keys dt{color:var(--muted);font-size:.82rem}
        .keys dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
        .keys span{display:block;color:var(--muted);font-size:.82rem;font-weight:400}
        p,ul,figure,.scroll:has(>.pairs){max-width:970px}
        figure{margin:1.2rem 0;border:1px solid var(--line);border-radius:6px;overflow:hidden}
        figure svg{display:block;height:auto}
        .narrow{display:none}
        .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;max-width:100%}
        .tall{max-height:75vh;overflow-y:auto}
        table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;width:100%}
        th,td{padding:5px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
        td.number,th.number{text-align:right;white-space:nowrap}
        tbody tr:last-child>*{border-bottom:0}
        thead th{background:var(--track);white-space:nowrap;position:sticky;top:0}
        tbody th{font-weight:400;color:var(--muted);overflow-wrap:anywhere}
        .tall td{white-space:nowrap}
        .pairs th{width:40%}
        .pairs td{overflow-wrap:anywhere}
        ul{padding-left:1.2rem}
        .files{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;list-style:none}
        tbody tr:hover{background:var(--track)}
        details{margin:.8rem 0}
        summary{cursor:pointer}
        footer{margin:2.5rem 0 1rem;border-top:1px solid var(--line);padding-top:.8rem}
        @media (max-width:\(narrowBelow - 1)px){.narrow{display:block}.wide{display:none}\
        main{padding:12px 14px}h1{font-size:1.25rem}}
        @media print{.tall{max-height:none}}

        """
}
